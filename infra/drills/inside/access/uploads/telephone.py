"""A telephone's pictures in HEIC, which Pillow does not write."""

import base64
import functools
import zlib

# 400 by 200 as `samples` draws it, lying on its side, with notes of its camera.
_LYING = """
eNpdUk1o1EAUfpPsphE1ru62bmSlrbRQf0C7elApNOjuqXYR9uihptnEjGx+yIaSPbkK/hwUKgqiCLaIPz3V41oQFBTq
QVhPRTxYEEqxCMVD6cGyvkli0T4yeW+++ebNm+8NAOQMv+6aOtUAzaLGIIstqhoAZNrSfRUi6zUrVS+OwaWaD1vsBK06
YZKCAhwQFpEPkUebQQyNszeRRzhOUmob4YytduJED2nIMSe0QfgHJIxSDGhIl1zqWxAzYZG6nov+LXU1B32Ae88SnkGT
IWloFX5vrK8D7OIv4o6sQnaQdpsReMbg2Tc0xykqLh4+Q8iWlSm5R+66MNP3/HVTNI/1IMazH/SOI7+jQN55r8YVPCat
OVXP1qoBwjtBaCCUoTVXjy88j9WyelIuDSgDeFEU0W2jnuPjSZClrvVXbgIkeZXjE9cx3kc93YhxSavUtFBfvDkZsSoq
a8SzATKbPvVY+Vk6vTRvln90z+nf7qtT3t1zG8NfXuZTS7dZvZnJp/JK1zLAGvCtA1hxunUPyG7YrpBkN1b7oLEsByO1
2Xa9Y/jzpRtNuW9MymbK3z/lP66U3jy80i4MlDt/LRRzY9NPFlMLq+Q8yyocudMQlK9iI5KLFG9C/viLVizewVApvQmQ
eI+FClEHR0fhEM5EpEth6yUcebKH7cGLCQC3+iERt5dJC77nOBOOram26tVZyvA9AFeKHk8SwvPgMuzfzHctluxonGdv
7HPM/5/vDzF9ld4=
"""
# 46 million pixels of black.
_HUGE = """
eNpjYGCQSSupLMhIzaxgAILczDRDEDs3MzGNgYExMDe1JJEBAhQzUnKKoGyGgszkEgY0oJSZk58MYrg4MDACIRAwlkJo
BgY1LyChnJmZlwbmgkRFgZxUJigvoyzZEMTkK8gsyYUruZhZUFQApDdlFiTnA+lSoDJnRhYOIHP+D5CivR8Y/vz5AWTy
MycAdYg7MPIw/v8PUsAMVsEMVLKLySERKKfpxMiIKnGA+YACY7lY9EqVZTs3KADFmEEEg2ISUDW7C+PBog1JDkA7hJPz
c4ryknMqgMK8DGwNQCGRzOKCVIjH5IBYvADi8opMsMNBzhPPLMiFhRwwMFgamZhZgKEQlJuSCAw4NTcNxnVcCnH2sbO2
Zl5c7Nbz83Pa2dlmOTc3Q6nU09P1YnYWPSWZavgi+2T/31tlckfDH3R3Hry3COxVGiMvh0XNGY4CmRfoYZlwwGSpVw30
sImBd0U7XewBIqsH9LJJrIBONjE208ki7gw6WaStQCeLGumTvpkZbeljDxMbXexh4aGLNWx/6GINnZK1IH3KA2kDulij
nEAXa4zoY43dArpYE+RAF2vSDtDFmir6+GYCfcropfSx5iB9rLlKH2te0MeaX3SxhlGQLrZI08UWfbrYYkoXW5zpYosn
XWwJHEa2RA4jW+JHbRm1ZdSWQWZLKl1sSR9GtqSO2jKCY3/UllFbRm0ZtWXUllFbRm0ZtWXUllFbRm0ZtWXUllFbRm0h
F7GFAAC/LdfS
"""
_HUGE_SIZE, _SMALL_SIZE = (7680, 6000), (64, 48)


@functools.cache
def lying() -> bytes:
    """Return a small picture with a rotation in its metadata."""
    return _unpacked(_LYING)


@functools.cache
def huge() -> bytes:
    """Return a picture of more pixels than are taken."""
    return _unpacked(_HUGE)


@functools.cache
def huge_that_claims_little() -> bytes:
    """Return a picture of too many pixels with a small size in its header."""
    return huge().replace(_sides(_HUGE_SIZE), _sides(_SMALL_SIZE))


def _sides(size: tuple[int, int]) -> bytes:
    return b"".join(side.to_bytes(4) for side in size)


def _unpacked(words: str) -> bytes:
    return zlib.decompress(base64.b64decode(words))

"""Description of a schema by the system catalogue, so that two can be compared object by object.

Every query starts from the objects that depend on the schema, by index: its cost does not grow with
the number of spaces.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections

from tenants.spaces.database.base import PUBLIC
from tenants.spaces.database.cells import directory

type Fact = tuple[str, ...]

SEED_TABLES = ("django_migrations",)  # no other table of a newborn space has a row

SELF = "@"  # the schema's own name, and its role's, wherever they appear in a fact
LAST_VALUE = "last value"  # the only facts that change while people live in a space
_RIGHTS = "(SELECT string_agg(r::text, ' ') FROM unnest({}) AS r)"

_RELATIONS = """
    SELECT d.objid FROM pg_depend d
    WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = %(name)s::regnamespace
      AND d.classid = 'pg_class'::regclass
    UNION ALL
    SELECT i.indexrelid FROM pg_depend d JOIN pg_index i ON i.indrelid = d.objid
    WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = %(name)s::regnamespace
      AND d.classid = 'pg_class'::regclass
"""
# The label and query of each kind: a first column names an object, the rest must be equal.
# `relations` holds the schema's tables, views, sequences and indexes.
QUESTIONS: dict[str, str] = {
    "schema": f"""
        SELECT nspname, nspowner::regrole AS owner,
               {_RIGHTS.format("coalesce(nspacl, acldefault('n', nspowner))")} AS rights,
               obj_description(oid, 'pg_namespace') AS comment
        FROM pg_namespace WHERE nspname = %(name)s""",  # noqa: S608 - our own words
    "object": """
        SELECT pg_describe_object(classid, objid, objsubid), deptype
        FROM pg_depend
        WHERE refclassid = 'pg_namespace'::regclass AND refobjid = %(name)s::regnamespace""",
    "relation": f"""
        SELECT c.relname, c.relkind AS kind, c.relpersistence AS persistence,
               c.relrowsecurity AS row_security, c.relforcerowsecurity AS forced,
               c.relreplident AS replica_identity, c.reloptions AS options,
               c.relowner::regrole AS owner,
               {
        _RIGHTS.format('''coalesce(c.relacl, acldefault(
                   (CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", c.relowner))''')
    }
                   AS rights,
               a.amname AS access_method, obj_description(c.oid, 'pg_class') AS comment,
               CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS view
        FROM pg_class c LEFT JOIN pg_am a ON a.oid = c.relam
        WHERE c.oid = ANY(%(relations)s)""",  # noqa: S608 - our own words
    "column": f"""
        SELECT c.relname || '.' || a.attname,
               row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS rank,
               format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null,
               a.attidentity AS identity, a.attgenerated AS generated,
               pg_get_expr(d.adbin, d.adrelid) AS default,
               a.attcollation::regcollation AS collation, a.attstorage AS storage,
               a.attcompression AS compression, a.attstattarget AS statistics,
               a.attoptions AS options, {_RIGHTS.format("a.attacl")} AS rights,
               col_description(a.attrelid, a.attnum) AS comment
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = ANY(%(relations)s) AND a.attnum > 0 AND NOT a.attisdropped
          AND c.relkind NOT IN ('i', 'I', 'S')""",  # noqa: S608 - our own words
    "constraint": """
        SELECT c.relname || '.' || k.conname, k.contype AS kind,
               pg_get_constraintdef(k.oid) AS definition, k.condeferrable AS deferrable,
               k.condeferred AS deferred, k.convalidated AS validated, k.conenforced AS enforced,
               k.connoinherit AS no_inherit, obj_description(k.oid, 'pg_constraint') AS comment
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        WHERE k.conrelid = ANY(%(relations)s)""",
    "index": """
        SELECT c.relname, pg_get_indexdef(c.oid) AS definition, i.indisvalid AS valid,
               i.indisready AS ready, i.indisclustered AS clustered,
               i.indisreplident AS replica_identity,
               (SELECT array_agg(a.attstattarget ORDER BY a.attnum) FROM pg_attribute a
                WHERE a.attrelid = c.oid) AS statistics
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indexrelid = ANY(%(relations)s)""",
    "trigger": """
        SELECT c.relname || '.' || coalesce(k.conname || ' ' || t.tgtype || ' on ' || c.relname,
                                            t.tgname),
               CASE WHEN t.tgisinternal THEN p.proname ELSE pg_get_triggerdef(t.oid) END
                   AS definition,
               t.tgenabled AS enabled, obj_description(t.oid, 'pg_trigger') AS comment
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
        LEFT JOIN pg_constraint k ON k.oid = t.tgconstraint AND t.tgisinternal
        WHERE t.tgrelid = ANY(%(relations)s)
           OR t.tgconstraint = ANY(ARRAY(
              SELECT oid FROM pg_constraint WHERE conrelid = ANY(%(relations)s)
                                              AND contype = 'f'))""",
    "rule": """
        SELECT c.relname || '.' || r.rulename, pg_get_ruledef(r.oid) AS definition,
               r.ev_enabled AS enabled
        FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
        WHERE r.ev_class = ANY(%(relations)s)""",
    "sequence": """
        SELECT c.relname, s.seqtypid::regtype AS type, s.seqstart AS start, s.seqmin AS lowest,
               s.seqmax AS highest, s.seqincrement AS step, s.seqcache AS cache,
               s.seqcycle AS cycles,
               (SELECT d.deptype::text || ' ' || pg_describe_object(d.refclassid, d.refobjid,
                                                              d.refobjsubid)
                FROM pg_depend d
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                  AND d.refclassid = 'pg_class'::regclass) AS owner_column
        FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
        WHERE s.seqrelid = ANY(%(relations)s)""",
    LAST_VALUE: """
        SELECT c.relname, pg_sequence_last_value(c.oid) AS value
        FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
        WHERE s.seqrelid = ANY(%(relations)s)""",
    "function": f"""
        SELECT p.oid::regprocedure,
               CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END AS definition,
               p.proowner::regrole AS owner, {_RIGHTS.format("p.proacl")} AS rights
        FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid
        WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = %(name)s::regnamespace
          AND d.classid = 'pg_proc'::regclass""",  # noqa: S608 - our own words
    "policy": """
        SELECT c.relname || '.' || p.polname, p.polcmd AS command, p.polpermissive AS permissive,
               p.polroles::regrole[] AS roles, pg_get_expr(p.polqual, p.polrelid) AS using,
               pg_get_expr(p.polwithcheck, p.polrelid) AS check
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
        WHERE p.polrelid = ANY(%(relations)s)""",
    "type": f"""
        SELECT t.typname, t.typtype AS kind, format_type(t.typbasetype, t.typtypmod) AS base,
               t.typnotnull AS not_null, t.typdefault AS default,
               (SELECT array_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e
                WHERE e.enumtypid = t.oid) AS labels,
               (SELECT array_agg(pg_get_constraintdef(k.oid) ORDER BY k.conname)
                FROM pg_constraint k WHERE k.contypid = t.oid) AS checks,
               t.typowner::regrole AS owner, {_RIGHTS.format("t.typacl")} AS rights
        FROM pg_depend d JOIN pg_type t ON t.oid = d.objid
        WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = %(name)s::regnamespace
          AND d.classid = 'pg_type'::regclass""",  # noqa: S608 - our own words
    "statistics": """
        SELECT s.stxname, pg_get_statisticsobjdef(s.oid) AS definition, s.stxstattarget AS target
        FROM pg_depend d JOIN pg_statistic_ext s ON s.oid = d.objid
        WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = %(name)s::regnamespace
          AND d.classid = 'pg_statistic_ext'::regclass""",
    "parent": """
        SELECT inhrelid::regclass, inhparent::regclass AS parent, inhseqno AS rank
        FROM pg_inherits WHERE inhrelid = ANY(%(relations)s)""",
    "default rights": f"""
        SELECT defaclrole::regrole::text || ' ' || defaclobjtype::text,
               {_RIGHTS.format("defaclacl")} AS rights
        FROM pg_default_acl WHERE defaclnamespace = %(name)s::regnamespace""",  # noqa: S608 - our own words
    "extension": """
        SELECT pg_describe_object(classid, objid, objsubid),
               pg_describe_object(refclassid, refobjid, 0) AS owner
        FROM pg_depend
        WHERE classid = 'pg_class'::regclass AND objid = ANY(%(relations)s) AND deptype = 'e'""",
}


def facts(name: str, alias: str = "owner") -> set[Fact]:
    """Return the facts of a schema from the catalogue and the seed tables, without its own name."""
    alias = directory.alias_of(name, alias)
    connection: Any = connections[alias]
    before = connection.schema_name
    connection.set_schema(PUBLIC)  # names are then written the same way, wherever we stood
    try:
        return set(_read(name, alias))
    finally:
        connection.set_schema(before)


def _read(name: str, alias: str) -> Iterator[Fact]:
    alias = directory.alias_of(name, alias)
    with connections[alias].cursor() as cursor:
        cursor.execute(_RELATIONS, {"name": name})
        params: dict[str, Any] = {"name": name, "relations": [row[0] for row in cursor.fetchall()]}
        for kind, question in QUESTIONS.items():
            cursor.execute(question, params)
            labels = [column[0] for column in cursor.description][1:]
            for called, *values in cursor.fetchall():
                pairs = zip(labels, values, strict=True)
                facts = [f"{label}={_text(label, value, name)}" for label, value in pairs]
                yield (kind, str(called).replace(name, SELF), *facts)
        yield from _seeds(cursor, name)


def _seeds(cursor: Any, name: str) -> Iterator[Fact]:
    """Yield the initial rows of a space: the applied migrations of its own apps."""
    labels = space_labels()
    for table in SEED_TABLES:
        cursor.execute("SELECT to_regclass(%s)", [f'"{name}"."{table}"'])
        if cursor.fetchone() == (None,):
            continue
        rows = f"SELECT to_jsonb(t) - 'id' - 'applied' FROM \"{name}\".{table} t"  # noqa: S608 - ours
        cursor.execute(rows)
        for (row,) in cursor.fetchall():
            definition = row if isinstance(row, dict) else json.loads(row)
            if definition.get("app") in labels:
                yield ("seed row", f"{table} {json.dumps(definition, sort_keys=True)}")


def space_labels() -> frozenset[str]:
    """Return the apps with tables in each space."""
    placed = settings.TENANT_APPS
    return frozenset(app.label for app in apps.get_app_configs() if app.name in placed)


def _text(label: str, value: Any, name: str) -> str:
    """Write a value without the schema's name; rights are in an order that it does not decide."""
    text = "" if value is None else str(value).replace(name, SELF)
    return " ".join(sorted(text.split(" "))) if label == "rights" else text


def lasting(facts: Iterable[Fact]) -> set[Fact]:
    """Leave out facts that change during use of a space: the last values of its sequences."""
    return {fact for fact in facts if fact[0] != LAST_VALUE}


def differences(found: set[Fact], wanted: set[Fact]) -> list[str]:
    """List the missing, surplus and differing objects of a schema."""
    has = {fact[:2]: fact[2:] for fact in found - wanted}
    should = {fact[:2]: fact[2:] for fact in wanted - found}
    facts = []
    for kind, called in sorted(has.keys() | should.keys()):
        key = (kind, called)
        if key not in should:
            facts.append(f"{kind} {called}: too much")
        elif key not in has:
            facts.append(f"{kind} {called}: missing")
        else:
            pairs = zip(has[key], should[key], strict=True)
            changed = [f"{is_}, not {other}" for is_, other in pairs if is_ != other]
            facts.append(f"{kind} {called}: {'; '.join(changed)}")
    return facts

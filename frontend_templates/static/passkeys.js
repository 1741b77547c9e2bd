"use strict";
/*
 * Passkeys: a button asks the device, its answer fills the form, and the form is sent as any other.
 * A browser without passkeys, or without scripts, never sees the button.
 */

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const withBytes = (entries) => (entries ?? []).map((entry) => ({ ...entry, id: toBytes(entry.id) }));

function optionsOf(box) {
  const options = JSON.parse(box.dataset.options);
  options.challenge = toBytes(options.challenge);
  if (options.user) options.user.id = toBytes(options.user.id);
  if (options.excludeCredentials) options.excludeCredentials = withBytes(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = withBytes(options.allowCredentials);
  return options;
}

function answerOf(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: toText(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) answer[name] = toText(response[name]);
  }
  const id = toText(credential.rawId);
  return JSON.stringify({
    id,
    rawId: id,
    type: credential.type,
    clientExtensionResults: {},
    response: answer,
  });
}

async function ask(box) {
  const failed = box.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  try {
    const publicKey = optionsOf(box);
    const asked = box.dataset.passkey === "create" ? "create" : "get";
    const credential = await navigator.credentials[asked]({ publicKey });
    box.querySelector("[data-passkey-answer]").value = answerOf(credential);
    box.closest("form").submit();
  } catch {
    failed.hidden = false;
  }
}

if (window.PublicKeyCredential) {
  for (const box of document.querySelectorAll("[data-passkey]")) {
    box.hidden = false;
    box.querySelector("button").addEventListener("click", () => ask(box));
  }
  for (const note of document.querySelectorAll("[data-passkey-missing]")) note.hidden = true;
}

// Makes passkeys and logs in with them. A form with data-passkey asks the server for the options, hands them to the
// browser, and sends the browser's answer. On the login page the browser also offers passkeys beside the names.
const forms = document.querySelectorAll("[data-passkey]");

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// The names of what is bytes in the options and in an answer (WebAuthn level 3, sections 5.1.8 to 5.1.10).
const parse = ({ publicKey }) => {
  const ids = (list) => list?.map((each) => ({ ...each, id: toBytes(each.id) }));
  return {
    ...publicKey,
    challenge: toBytes(publicKey.challenge),
    ...(publicKey.user && { user: { ...publicKey.user, id: toBytes(publicKey.user.id) } }),
    ...(publicKey.excludeCredentials && { excludeCredentials: ids(publicKey.excludeCredentials) }),
  };
};
const answerOf = ({ id, rawId, type, response }) => {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const given = parts.filter((part) => response[part]).map((part) => [part, toText(response[part])]);
  return JSON.stringify({
    id,
    rawId: toText(rawId),
    type,
    response: Object.fromEntries(given),
    clientExtensionResults: {},
  });
};

// A browser asks for one passkey at a time: what asks next ends what asked before.
let asking;
const run = async (form, mediation) => {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const failed = form.querySelector("[data-failed]");
  failed.hidden = true;
  try {
    const response = await fetch(form.dataset.options, { signal });
    const options = { publicKey: parse(await response.json()), signal, ...(mediation && { mediation }) };
    form.elements.answer.value = answerOf(await navigator.credentials[form.dataset.passkey](options));
    form.submit();
  } catch {
    // Nobody has asked for what is offered beside the names, and what was ended has been replaced.
    failed.hidden = Boolean(mediation) || signal.aborted;
  }
};

if (globalThis.PublicKeyCredential) {
  for (const form of forms) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      run(form);
    });
  }
  const offered = document.querySelector("[data-offered]");
  if (offered && await PublicKeyCredential.isConditionalMediationAvailable?.()) run(offered, "conditional");
}

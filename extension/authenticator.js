// Asks the browser for a security key or for the device itself (WebAuthn), and for what its pseudo-random function gives
// (the extension `prf`). What is asked, and what becomes of the answer, is in src/web/authenticator.rs.
//
// Nothing checks a signature here, so the challenges are random and forgotten: who has not the authenticator has not the output either.

/** @typedef {{credential: number[], transports: string[]}} Known */
/** @typedef {{input: number[], known: Known[]}} Asked */
/** @typedef {{problem: string}} Problem the name of the browser's error */

/** How long the browser waits for the person. */
const PATIENCE_MS = 120_000;

/** @param {number[]} numbers */
const bytes = (numbers) => new Uint8Array(numbers);

/** @param {number} count */
const random = (count) => crypto.getRandomValues(new Uint8Array(count));

/** @param {Known[]} known @returns {PublicKeyCredentialDescriptor[]} */
const descriptors = (known) =>
  known.map(({ credential, transports }) => ({
    type: 'public-key',
    id: bytes(credential),
    transports: /** @type {AuthenticatorTransport[]} */ (transports),
  }));

/** @param {PublicKeyCredential} credential */
function outputOf(credential) {
  const first = credential.getClientExtensionResults().prf?.results?.first;
  if (first === undefined) return null;
  const view = ArrayBuffer.isView(first) ? new Uint8Array(first.buffer, first.byteOffset, first.byteLength) : new Uint8Array(first);
  const output = [...view];
  view.fill(0);
  return output;
}

/**
 * @template T
 * @param {() => Promise<T>} act
 * @returns {Promise<T | Problem>}
 */
async function tried(act) {
  try {
    return await act();
  } catch (error) {
    return { problem: error instanceof Error ? error.name : 'Error' };
  }
}

/**
 * Makes a credential on an authenticator that has none of those that are known.
 *
 * @param {Asked & {name: string}} asked
 */
export const enrol = (asked) =>
  tried(async () => {
    const made = await navigator.credentials.create({
      publicKey: {
        challenge: random(32),
        rp: { name: 'Keyward' },
        user: { id: random(32), name: asked.name, displayName: asked.name },
        // ES256, EdDSA, RS256: each authenticator has one of them.
        pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: /** @type {const} */ ('public-key'), alg })),
        excludeCredentials: descriptors(asked.known),
        // The function has another secret for a person who was verified, and it is to be the same each time.
        authenticatorSelection: { userVerification: 'required', residentKey: 'discouraged' },
        timeout: PATIENCE_MS,
        extensions: { prf: { eval: { first: bytes(asked.input) } } },
      },
    });
    const credential = /** @type {PublicKeyCredential} */ (made);
    const response = /** @type {AuthenticatorAttestationResponse} */ (credential.response);
    return {
      credential: [...new Uint8Array(credential.rawId)],
      transports: response.getTransports(),
      able: credential.getClientExtensionResults().prf?.enabled === true,
      output: outputOf(credential),
    };
  });

/**
 * Asks any authenticator that is known.
 *
 * @param {Asked} asked
 */
export const ask = (asked) =>
  tried(async () => {
    const given = await navigator.credentials.get({
      publicKey: {
        challenge: random(32),
        allowCredentials: descriptors(asked.known),
        userVerification: 'required',
        timeout: PATIENCE_MS,
        extensions: { prf: { eval: { first: bytes(asked.input) } } },
      },
    });
    const credential = /** @type {PublicKeyCredential} */ (given);
    return { credential: [...new Uint8Array(credential.rawId)], output: outputOf(credential) };
  });

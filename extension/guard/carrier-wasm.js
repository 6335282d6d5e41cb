/**
 * The scanner as WebAssembly, for Firefox frames: it is allowed there under every Content-Security-Policy.
 * The build gives the file as base64, which costs a frame that is never typed into nothing but its bytes.
 */
import base64 from "scanner.wasm";

/** @returns {import("scanner-carrier").Scanner} */
export function instantiate() {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  return /** @type {any} */ (exports);
}

/**
 * The scanner as WebAssembly, for Firefox frames: it is allowed there under every Content-Security-Policy.
 * The build gives the file as a function that unpacks it, which costs a frame that is never typed into nothing but its
 * bytes.
 */
import bytes from "scanner.wasm";

/** @returns {import("scanner-carrier").Scanner} */
export function instantiate() {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes()));
  return /** @type {any} */ (exports);
}

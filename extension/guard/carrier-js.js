/**
 * The scanner translated to JavaScript, for Chromium frames: most pages' Content-Security-Policy forbids WebAssembly
 * there, and each attempt would be reported to the site.
 */
export { instantiate } from "scanner-translated";

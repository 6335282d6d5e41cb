// Loads the Wasm modules that a page needs only at times: see src/web/strength.rs and src/web/transfer.rs.

/**
 * @param {string} name as in the package's `wasm` folder
 * @returns {Promise<object>} its exports
 */
export async function load(name) {
  const module = await import(`./wasm/${name}.js`);
  await module.default({ module_or_path: `wasm/${name}_bg.wasm` });
  return module;
}

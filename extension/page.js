// Starts a page; everything in it is in the binary of its name under src/bin.

const page = document.documentElement.dataset.module;
const { default: init, show } = await import(`./wasm/${page}.js`);
await init({ module_or_path: `wasm/${page}_bg.wasm` });
await show();
// For scripts/bench: the page can be used from here on.
performance.mark('usable');

export {};

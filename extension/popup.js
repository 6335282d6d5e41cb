// Starts the page; everything in it is src/bin/popup.

import init, { show } from './wasm/popup.js';

await init({ module_or_path: 'wasm/popup_bg.wasm' });
await show();
// For scripts/bench: the page can be used from here on.
performance.mark('usable');

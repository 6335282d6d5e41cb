// Starts the page; everything in it is src/bin/options.

import init, { show } from './wasm/options.js';

await init({ module_or_path: 'wasm/options_bg.wasm' });
await show();

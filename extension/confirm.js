// Starts the page; everything in it is src/bin/confirm.

import init, { show } from './wasm/confirm.js';

await init({ module_or_path: 'wasm/confirm_bg.wasm' });
await show();

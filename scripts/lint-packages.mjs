// `web-ext lint` over the built packages: no error, and no warning but those that stand here with their reason.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What web-ext says of a package that is right all the same, by package and code (and the
 * beginning of the message, where the code says too little). @type {Record<string, Record<string, string>>} */
const explained = {
  firefox: {
    // The guard looks for `chrome.dom` before it calls it; in Firefox it asks the element (`openOrClosedShadowRoot`).
    'UNSUPPORTED_API dom.openOrClosedShadowRoot': 'chrome.dom is called in Chromium only',
    // Chromium's background cannot write the clipboard; Firefox's can, and never gets there.
    'UNSUPPORTED_API offscreen.createDocument': 'called where it is',
    'UNSUPPORTED_API offscreen.closeDocument': 'called where it is',
    // page.js and load.js name modules of the package; the page's security policy takes no script from anywhere else.
    'UNSAFE_VAR_ASSIGNMENT Unsafe call to import': 'the name is one that the package gives',
  },
  chrome: {
    'UNSUPPORTED_API dom.openOrClosedShadowRoot': 'it is asked for where it is',
    'UNSUPPORTED_API offscreen.createDocument': 'the same',
    'UNSUPPORTED_API offscreen.closeDocument': 'the same',
    'UNSAFE_VAR_ASSIGNMENT Unsafe call to import': 'the same',
    MANIFEST_PERMISSIONS: 'offscreen is a permission of Chrome, and in its package only',
    // The linter is Mozilla's; the Chrome package has no gecko id, since Chrome would warn of the key.
    ADDON_ID_REQUIRED: 'Chrome gives the id',
    MISSING_DATA_COLLECTION_PERMISSIONS: 'a key of Firefox',
    // Firefox has no service workers for extensions; its package has `scripts` instead.
    BACKGROUND_SERVICE_WORKER_NOFALLBACK: 'the Firefox package has the fallback',
    BACKGROUND_SERVICE_WORKER_IGNORED: 'the Firefox package has the fallback',
  },
};

let failed = false;
for (const browser of Object.keys(explained)) {
  const folder = `dist/${browser}`;
  if (!existsSync(folder)) {
    console.error(`lint: ${folder} is missing: run scripts/build first`);
    process.exit(2);
  }
  const report = JSON.parse(lint(folder));
  for (const message of [...report.errors, ...report.warnings]) {
    const known = (/** @type {string} */ key) => key === message.code || `${message.code} ${message.message}`.startsWith(`${key} `);
    if (Object.keys(explained[browser]).some(known)) continue;
    failed = true;
    console.error(`${folder}/${message.file ?? ''}: ${message._type} ${message.code}: ${message.description}`);
  }
}
process.exit(failed ? 1 : 0);

/** @param {string} folder */
function lint(folder) {
  const command = ['lint', '--source-dir', folder, '--output', 'json', '--no-config-discovery'];
  try {
    return execFileSync('node_modules/.bin/web-ext', command, { encoding: 'utf8', maxBuffer: 1 << 26 });
  } catch (error) {
    // It exits with 1 on any error; the report is on the standard output all the same.
    return /** @type {{stdout: string}} */ (error).stdout;
  }
}

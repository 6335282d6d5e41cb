// What kinds of keys are called, and how the guard's things in a page look, for frames that have found something. It says the same
// to whoever asks, holds nothing, and needs no module: a frame that waits to show its notice waits for no more than a file.

/**
 * The kinds that frames name, in the order of the detectors (`src/kinds.rs`).
 *
 * @param {string} text of `kinds.txt`
 */
export function readKinds(text) {
  let provider = '';
  return text.split('\n').flatMap((line) => {
    const [first = '', , kind = '', , variable = '', , others = '', redacted = ''] = line.split('\t');
    if (first !== '' || line === '') provider = first;
    // Of a provider whose name is empty the line begins with a tab, too, and has fewer fields.
    if (redacted === '') return [];
    return [{ provider, kind, variable, redacted, mayBe: others.split('|').filter(Boolean) }];
  });
}

/** @type {Promise<{kinds: ReturnType<typeof readKinds>, style: string}> | undefined} */
let known;

/** @param {string} name of a file of the package */
const read = async (name) => (await fetch(chrome.runtime.getURL(name))).text();

/** @param {unknown} detectors numbers */
export async function kindsOf(detectors) {
  known ??= Promise.all([read('kinds.txt'), read('notice.css')]).then(([kinds, style]) => ({ kinds: readKinds(kinds), style }));
  // A file that could not be read now may be read later.
  known.catch(() => (known = undefined));
  const { kinds, style } = await known;
  return { kinds: (Array.isArray(detectors) ? detectors : []).map((number) => kinds[number] ?? null), style };
}

// What all the applications do, without a framework: a list of tasks, of which every change can be undone. How state is kept, shown and
// changed is each framework's own business.

/** @typedef {{id: number, title: string, done: boolean}} Item */
/** @typedef {{items: Item[], next: number}} Board */

/** @type {Board} */
export const START = { items: [{ id: 1, title: "water the plants", done: false }, { id: 2, title: "call the bank", done: true }], next: 3 };

/** @type {Record<string, (board: Board, ...args: any[]) => Board>} */
export const CHANGES = {
  add: (board, title) => ({ items: [...board.items, { id: board.next, title, done: false }], next: board.next + 1 }),
  toggle: (board, id) => ({ ...board, items: board.items.map((item) => (item.id === id ? { ...item, done: !item.done } : item)) }),
  rename: (board, id, title) => ({ ...board, items: board.items.map((item) => (item.id === id ? { ...item, title } : item)) }),
  remove: (board, id) => ({ ...board, items: board.items.filter((item) => item.id !== id) }),
  move: (board, id, before) => {
    const moved = board.items.filter((item) => item.id === id);
    const rest = board.items.filter((item) => item.id !== id);
    const at = rest.findIndex((item) => item.id === before);
    return { ...board, items: [...rest.slice(0, at), ...moved, ...rest.slice(at)] };
  },
};

/** @param {Item[]} items @param {string} filter */
export const shown = (items, filter) => items.filter(({ done }) => filter === "all" || done === (filter === "done"));

/** @param {Item[]} items */
export const status = (items) => `${items.length} tasks, ${items.filter(({ done }) => done).length} done`;

/** The view that the address names. */
export const route = () => (location.hash === "#/notes" ? "notes" : "tasks");

/** What the application did, in order, for the scene to read. @type {string[]} */
const did = [];
/** What it complained of. @type {string[]} */
const complaints = [];
Object.assign(window, { did, complaints });
/** @param {string} what */
export const log = (what) => void did.push(what);

for (const name of /** @type {const} */ (["error", "warn"])) {
  const native = console[name];
  console[name] = (...args) => {
    complaints.push(`${name}: ${args.map(String).join(" ")}`);
    native.apply(console, args);
  };
}
addEventListener("error", ({ message }) => complaints.push(`uncaught: ${message}`));
addEventListener("unhandledrejection", ({ reason }) => complaints.push(`rejected: ${reason}`));

// How times are taken, in node and in the browsers: this file is bundled into the bench's page, so it imports nothing.
//
// The machine is shared and noisy. What is compared runs interleaved in one loop (A B A B …), and of each the best
// round counts: interruptions only ever add time. Clocks of browsers tick in 5 to 1000 microseconds, so a round
// repeats the work until it lasts many ticks.

/** Results that nobody looks at could be optimised away; they are added up here. */
export const sink = { value: 0 };

/**
 * Times several ways of doing one thing against each other.
 * @template {string} K
 * @param {Record<K, () => number>} ways each returns a number that depends on its work
 * @param {{ round_ms?: number, rounds?: number, total_ms?: number }} [options] how long one round of one way lasts at least,
 *   how many rounds at least, and how long to go on for more rounds
 * @returns {Record<K, { best: number, median: number, rounds: number }>} microseconds for one call
 */
export function interleave(ways, { round_ms = 10, rounds = 7, total_ms = 1500 } = {}) {
  const names = /** @type {K[]} */ (Object.keys(ways));
  /** @type {Record<string, { calls: number, times: number[] }>} */
  const state = {};
  for (const name of names) {
    let calls = 1;
    // Warm up and find how many calls fill a round.
    for (;;) {
      // The least of three: one interruption would make a single call look like a round.
      const took = Math.min(time(ways[name], calls), time(ways[name], calls), time(ways[name], calls));
      if (took >= round_ms) break;
      calls = took <= 0.2 ? calls * 8 : Math.ceil((calls * round_ms * 1.1) / took);
    }
    state[name] = { calls, times: [] };
  }
  const end = performance.now() + total_ms;
  for (let round = 0; round < rounds || performance.now() < end; round++) {
    for (const name of names) state[name].times.push((time(ways[name], state[name].calls) / state[name].calls) * 1000);
  }
  return /** @type {any} */ (
    Object.fromEntries(
      names.map((name) => {
        const times = state[name].times.sort((a, b) => a - b);
        return [name, { best: times[0], median: times[times.length >> 1], rounds: times.length }];
      }),
    )
  );
}

/** @param {() => number} way @param {number} calls @returns milliseconds */
function time(way, calls) {
  const start = performance.now();
  let sum = 0;
  for (let call = 0; call < calls; call++) sum += way();
  const took = performance.now() - start;
  sink.value += sum;
  return took;
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length % 2 ? sorted[sorted.length >> 1] : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
}

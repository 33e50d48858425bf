/** Of the documents that words stand in, the few with most weight: what an index's lists of numbers become before a text is read. */

/** Above this, numbers are kept by name instead of by place: an array as long as the largest would cost more than it saves. */
const MAX_PLACES = 8_000_000;

/**
 * @param lists   each word's weight and the numbers of the documents it stands in, rising, each once
 * @returns       at most `limit` numbers with their weight; of equal weight the higher numbers
 */
export function heaviestOf(lists: readonly { readonly weight: number; readonly ids: readonly number[] }[], limit: number, atLeast: number): ReadonlyMap<number, number> {
  const largest = lists.reduce((most, { ids }) => Math.max(most, ids.at(-1) ?? 0), 0);
  const total = lists.reduce((sum, { ids }) => sum + ids.length, 0);
  const sums = largest < Math.min(MAX_PLACES, 50 * total + 1000) ? inPlaces(lists, largest) : byName(lists);
  // How heavy the lightest of the chosen is, found on the way: most documents have one frequent word and are dropped at once.
  let chosen: { readonly id: number; readonly weight: number }[] = [];
  let lightest = atLeast;
  const keep = (): void => {
    chosen = chosen.sort((a, b) => b.weight - a.weight || b.id - a.id).slice(0, limit);
    if (chosen.length === limit) lightest = Math.max(atLeast, (chosen.at(-1) as { weight: number }).weight);
  };
  sums((id, weight) => {
    if (weight < lightest) return;
    chosen.push({ id, weight });
    if (chosen.length >= 4 * limit + 64) keep();
  });
  keep();
  return new Map(chosen.map(({ id, weight }) => [id, weight]));
}

type Each = (visit: (id: number, weight: number) => void) => void;

function inPlaces(lists: readonly { readonly weight: number; readonly ids: readonly number[] }[], largest: number): Each {
  const sums = new Float64Array(largest + 1);
  for (const { weight, ids } of lists) for (const id of ids) sums[id] = (sums[id] as number) + weight;
  return (visit) => {
    for (let id = 0; id < sums.length; id += 1) if (sums[id] !== 0) visit(id, sums[id] as number);
  };
}
function byName(lists: readonly { readonly weight: number; readonly ids: readonly number[] }[]): Each {
  const sums = new Map<number, number>();
  for (const { weight, ids } of lists) for (const id of ids) sums.set(id, (sums.get(id) ?? 0) + weight);
  return (visit) => {
    for (const [id, weight] of sums) visit(id, weight);
  };
}

// SPDX-License-Identifier: MIT
//
// Where each layer stands in the network's picture: its column is the longest way from the input, the longest way through the network
// is the main row, and every other branch gets a row of its own below it for as long as it runs. Pure.

export interface GraphNode {
  name: string;
  from: readonly string[];
}

export interface Place {
  /** From 0, left to right. */
  column: number;
  /** 0: the main row. */
  row: number;
  /** Whether branches run beside it, so that it may not take all the height. */
  beside: boolean;
}

export interface GraphLayout {
  places: ReadonlyMap<string, Place>;
  columns: number;
  rows: number;
}

function depthsOf(nodes: readonly GraphNode[]): Map<string, number> {
  const depths = new Map<string, number>();
  for (const { name, from } of nodes) {
    depths.set(
      name,
      from.reduce((most, each) => Math.max(most, (depths.get(each) ?? -1) + 1), 0),
    );
  }
  return depths;
}

/** From the last node backwards, always to the deepest of those it reads. */
function mainPath(nodes: readonly GraphNode[], depths: ReadonlyMap<string, number>): Set<string> {
  const named = new Map(nodes.map((node) => [node.name, node]));
  const path = new Set<string>();
  for (let node = nodes.at(-1); node !== undefined;) {
    path.add(node.name);
    const before = node.from.toSorted((a, b) => (depths.get(b) ?? -1) - (depths.get(a) ?? -1))[0];
    node = before === undefined ? undefined : named.get(before);
  }
  return path;
}

/** The columns that a branch of nodes beside the main path needs: up to where it joins another. */
interface Branch {
  names: string[];
  first: number;
  last: number;
}

function branchesOf(
  nodes: readonly GraphNode[],
  depths: ReadonlyMap<string, number>,
  main: ReadonlySet<string>,
): Branch[] {
  const depth = (name: string): number => depths.get(name) ?? 0;
  const branches: Branch[] = [];
  const branchOf = new Map<string, Branch>();
  for (const { name, from } of nodes) {
    if (main.has(name)) continue;
    const readers = nodes.filter((node) => node.from.includes(name)).map((node) => depth(node.name));
    const last = Math.max(depth(name), ...readers.map((reader) => reader - 1));
    const going = branchOf.get(from[0] ?? '');
    const continues = going !== undefined && going.names.at(-1) === from[0];
    const branch = continues ? going : { names: [], first: depth(name), last };
    branch.names.push(name);
    branch.last = Math.max(branch.last, last);
    branchOf.set(name, branch);
    if (!continues) branches.push(branch);
  }
  return branches;
}

/** `nodes`: the input first, each after all that it reads. */
export function graphLayout(nodes: readonly GraphNode[]): GraphLayout {
  const depths = depthsOf(nodes);
  const main = mainPath(nodes, depths);
  const branches = branchesOf(nodes, depths, main);
  const rows: Branch[][] = [];
  const places = new Map<string, Place>();
  for (const branch of branches) {
    const free = rows.findIndex((taken) =>
      taken.every(({ first, last }) => branch.last < first || last < branch.first),
    );
    const row = free === -1 ? rows.push([]) - 1 : free;
    rows[row]!.push(branch);
    for (const name of branch.names) places.set(name, { column: depths.get(name)!, row: row + 1, beside: true });
  }
  for (const name of main) {
    const column = depths.get(name)!;
    const beside = branches.some(({ first, last }) => first <= column && column <= last);
    places.set(name, { column, row: 0, beside });
  }
  return { places, columns: Math.max(-1, ...depths.values()) + 1, rows: rows.length + 1 };
}

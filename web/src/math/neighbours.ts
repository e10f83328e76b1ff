// SPDX-License-Identifier: MIT
//
// The nearest neighbours of each of many vectors, exactly, by comparing all with all. Pure.

export interface Neighbours {
  /** Of each row: the rows that are nearest to it, itself first, by their place. */
  indices: number[][];
  /** Euclidean, in the same order. */
  distances: number[][];
}

/** Of rows of `size` numbers, one after another; `most` neighbours each, of as many rows at least. Of equally near ones the first. */
export function nearestNeighbours(rows: Float32Array, size: number, most: number): Neighbours {
  const count = rows.length / size;
  const found: Neighbours = { indices: [], distances: [] };
  for (let row = 0; row < count; ++row) {
    const indices = [row];
    const squares = [-1]; // before others that are the same
    for (let other = 0; other < count; ++other) {
      if (other === row) continue;
      let square = 0;
      for (let i = 0; i < size; ++i) square += (rows[row * size + i]! - rows[other * size + i]!) ** 2;
      let place = squares.length;
      if (place === most && square >= squares[place - 1]!) continue;
      while (squares[place - 1]! > square) --place;
      squares.splice(place, 0, square);
      indices.splice(place, 0, other);
      if (squares.length > most) indices.length = squares.length = most;
    }
    found.indices.push(indices);
    found.distances.push(squares.map((square) => Math.sqrt(Math.max(0, square))));
  }
  return found;
}

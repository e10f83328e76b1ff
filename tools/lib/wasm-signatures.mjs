// SPDX-License-Identifier: MIT
// Reads just enough of a WebAssembly module to know its functions' signatures.

const kVector = 0x7b;
const kFunctionType = 0x60;
const kSections = { type: 1, import: 2, function: 3 };
const kImports = { function: 0, table: 1, memory: 2, global: 3, tag: 4 };

class Reader {
  constructor(bytes, at = 0) {
    Object.assign(this, { bytes, at });
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** An unsigned LEB128 number. */
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  skip(length) {
    this.at += length;
  }

  list(read) {
    return Array.from({ length: this.number() }, read);
  }

  limits() {
    const hasMaximum = (this.byte() & 1) === 1;
    this.number();
    if (hasMaximum) this.number();
  }
}

/** The contents of the sections in kSections, by name. */
function sectionsOf(bytes) {
  const reader = new Reader(bytes, 8);
  const found = {};
  while (reader.at < bytes.length) {
    const id = reader.byte();
    const length = reader.number();
    const name = Object.keys(kSections).find((key) => kSections[key] === id);
    if (name) found[name] = new Reader(bytes, reader.at);
    reader.skip(length);
  }
  return found;
}

/** Passes over one import; whether it was a function. */
function readImport(reader) {
  for (let names = 0; names < 2; ++names) reader.skip(reader.number());
  const kind = reader.byte();
  if (kind === kImports.function) reader.number();
  if (kind === kImports.table) reader.skip(1);
  if (kind === kImports.table || kind === kImports.memory) reader.limits();
  if (kind === kImports.global) reader.skip(2);
  if (kind === kImports.tag) {
    reader.skip(1);
    reader.number();
  }
  return kind === kImports.function;
}

/** Of a module's functions: how many are imported, and whether each of the others takes or gives 128-bit vectors, which cannot go
 * through JavaScript. */
export function signaturesOf(bytes) {
  const sections = sectionsOf(bytes);
  const types = sections.type.list(() => {
    const form = sections.type.byte();
    if (form !== kFunctionType) throw new Error(`expected a function type, 0x60, got 0x${form.toString(16)}`);
    const values = [0, 0].flatMap(() => sections.type.list(() => sections.type.byte()));
    return values.includes(kVector);
  });
  const imported = sections.import?.list(() => readImport(sections.import)).filter(Boolean).length ?? 0;
  return { imported, vectors: sections.function.list(() => types[sections.function.number()]) };
}

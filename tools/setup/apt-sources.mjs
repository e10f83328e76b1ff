// SPDX-License-Identifier: MIT
// Reads this machine's own apt sources, one-line (.list) and deb822 (.sources), to learn which Debian mirror it uses.
// The project itself names no mirror.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Entries of a one-line file: `deb [arch=amd64 signed-by=/x] URI suite component…`. */
export function parseOneLine(text) {
  const entries = [];
  for (const raw of text.split('\n')) {
    const match = /^\s*(deb|deb-src)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(.*)$/.exec(raw.replace(/#.*$/, ''));
    if (!match) continue;
    const [suite, ...components] = match[4].trim().split(/\s+/);
    const options = Object.fromEntries(
      (match[2] ?? '')
        .trim()
        .split(/\s+/)
        .filter(Boolean)
        .map((pair) => pair.split(/=(.*)/s).slice(0, 2)),
    );
    entries.push({
      types: [match[1]],
      uris: [match[3]],
      suites: [suite],
      components,
      signedBy: options['signed-by'] ?? null,
    });
  }
  return entries;
}

/** Entries of a deb822 file: stanzas of `Field: value`, with continuation lines and comments. */
export function parseDeb822(text) {
  const entries = [];
  const withoutComments = text.replace(/^#.*\n?/gm, '');
  for (const stanza of withoutComments.split(/\n\s*\n/)) {
    const fields = {};
    let last = null;
    for (const raw of stanza.split('\n')) {
      const match = /^([A-Za-z-]+):\s*(.*)$/.exec(raw);
      if (match) fields[(last = match[1].toLowerCase())] = match[2].trim();
      else if (last && /^\s/.test(raw)) fields[last] += `\n${raw.trim()}`;
    }
    if (!fields.types || !fields.uris) continue;
    if (/^(no|false|0|off|disable|without)$/i.test(fields.enabled ?? 'yes')) continue;
    const words = (value) => (value ?? '').split(/\s+/).filter(Boolean);
    const signedBy = fields['signed-by'] ?? null;
    entries.push({
      types: words(fields.types),
      uris: words(fields.uris),
      suites: words(fields.suites),
      components: words(fields.components),
      signedBy: signedBy?.startsWith('/') ? signedBy : null,
    });
  }
  return entries;
}

/**
 * The mirror that carries Debian's main archive for `codename`, or null. Security and third-party archives do not
 * count, nor do sources that are no address to fetch from (cdrom, mirror lists).
 */
export function findDebianMirror(entries, codename) {
  const usable = entries.filter(
    (e) =>
      e.types.includes('deb') && e.components.includes('main') && e.uris.some((uri) => /^(https?|file):/.test(uri)),
  );
  const exact = usable.find((e) => e.suites.includes(codename));
  const named = usable.find((e) => e.suites.some((s) => /^(stable|testing|oldstable)$/.test(s)));
  const entry = exact ?? named;
  if (!entry) return null;
  return {
    uri: entry.uris.find((uri) => /^(https?|file):/.test(uri)).replace(/\/+$/, ''),
    signedBy: entry.signedBy,
  };
}

/** All entries of this machine. `folder` is /etc/apt but in tests. */
export function readAptSources(folder = '/etc/apt') {
  const read = (path, parse) => {
    try {
      return parse(readFileSync(path, 'utf8'));
    } catch {
      return [];
    }
  };
  let names = [];
  try {
    names = readdirSync(join(folder, 'sources.list.d')).sort();
  } catch {
    // no such folder: the main list alone
  }
  return [
    ...read(join(folder, 'sources.list'), parseOneLine),
    ...names.flatMap((name) => {
      const path = join(folder, 'sources.list.d', name);
      if (name.endsWith('.list')) return read(path, parseOneLine);
      if (name.endsWith('.sources')) return read(path, parseDeb822);
      return [];
    }),
  ];
}

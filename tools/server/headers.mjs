// SPDX-License-Identifier: MIT
// The one table of the headers that go with the page. Our server sends them, the service worker adds what a host does not send, and the
// configurations of other servers in tools/hosts hold them, which tests/tools/hosts.test.mjs compares.
import { isHashed } from './files.mjs';

/** Of the script in the head of both pages, which sets the theme before anything is drawn. The build stops where it is another one. */
export const inlineScriptHash = 'sha256-/iZMcGW0tJkKpC0Wu1NxnQI725BrqUhQD5cqgujD7U4=';

/** Where the published data sets are fetched from: the mirrors of web/src/shared/published-datasets.json. */
export const dataOrigins = ['https://cdn.jsdelivr.net', 'https://raw.githubusercontent.com'];

/** No inline code or styles, no eval; WebAssembly may be compiled. Whether the page may be framed is left to the host. */
function contentSecurityPolicy(connect) {
  const directives = {
    'default-src': ["'none'"],
    'script-src': ["'self'", "'wasm-unsafe-eval'", `'${inlineScriptHash}'`],
    'worker-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'media-src': ["'self'", 'blob:'],
    'connect-src': ["'self'", ...connect],
    'manifest-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}

const unusedFeatures = [
  ...['accelerometer', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'hid', 'magnetometer'],
  ...['microphone', 'midi', 'payment', 'serial', 'usb'],
];

/** These isolate a page from other origins, which threads need. */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** What every answer carries. `connect`: the origins besides the page's own that it may fetch from. */
export const pageHeaders = ({ connect = dataOrigins } = {}) => ({
  ...isolationHeaders,
  'Content-Security-Policy': contentSecurityPolicy(connect),
  'Permissions-Policy': unusedFeatures.map((name) => `${name}=()`).join(', '),
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
});

/** How long a file may be kept: for ever where its name changes with its content; else it is asked for again every time. */
export const cacheControl = (path) => (isHashed(path) ? 'public, max-age=31536000, immutable' : 'no-cache');

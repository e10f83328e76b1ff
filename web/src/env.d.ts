// SPDX-License-Identifier: MIT
//
// What Vite makes of imports that TypeScript does not know.

declare module '*.css';

// SPDX-License-Identifier: MIT
//
// What vite.config.ts defines.

/** The engine's folder beside index.html; its name changes with its content. */
declare const __ENGINE_FOLDER__: string;

declare module '*.css';

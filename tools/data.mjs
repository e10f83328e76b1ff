// SPDX-License-Identifier: MIT
// npm run data: fetches MNIST for the page and the tests, from MNIST_DIR or the public mirrors, asking the mirrors anew.
import { provideMnist } from './lib/mnist.mjs';
import { heading, runMain } from './lib/report.mjs';

await runMain(async () => {
  heading('TinyCNN data');
  return (await provideMnist({ retryAfterMinutes: 0 })) ? 0 : 1;
});

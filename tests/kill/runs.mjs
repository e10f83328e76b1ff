// SPDX-License-Identifier: MIT
// Runs of the page that are disturbed at random moments, beside an undisturbed one.
import { register } from 'node:module';
import { KillableBrowser } from './browser.mjs';
import { disturbances } from './disturbances.mjs';
import { randomOf } from '../support/random.mjs';

/** Long enough to be disturbed several times. */
const goal = 6000;
const settings = `seed=4&epochs=1000&stop=step-${goal}`;
const maxDisturbances = 3;
/** Milliseconds. */
const longestWait = 2500;
const patience = 120_000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A page that is loaded anew loses whatever is read from it at that moment: then it is read again. */
async function throughReloads(work) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!/because of a navigation/.test(error.message)) throw error;
    }
  }
}

/** The page as these tests use it, through whatever happens to it. */
class Trained {
  page = null;

  constructor(browser, site) {
    this.browser = browser;
    this.site = site;
  }

  async open(hash) {
    const { context } = this.browser;
    for (const old of context.pages()) if (old !== this.page) await old.close().catch(() => undefined);
    this.page = await context.newPage();
    await this.page.addInitScript(() => globalThis.localStorage.setItem('tinycnn-visited', 'yes'));
    await this.page.goto(`${this.site}${hash}`);
  }

  /** Empty where it is not on the page, as while there is no worker. */
  async text(testid) {
    return (await throughReloads(() => this.page.getByTestId(testid).allInnerTexts()))[0] ?? '';
  }

  /** Has it train, if it does not; starts what was given up, after three deaths of the worker in a row. */
  train() {
    return throughReloads(() => this.#train());
  }

  async #train() {
    const { page } = this;
    const ready = page.locator('.button.train:not([disabled])');
    const again = page.getByRole('button', { name: 'Try again', exact: true });
    for (;;) {
      await ready.or(again).first().waitFor({ timeout: patience });
      if (!(await again.isVisible())) break;
      await again.click();
      await again.waitFor({ state: 'hidden', timeout: patience });
    }
    const button = page.getByRole('button', { name: 'Train', exact: true });
    // in this order: a run that rests at the goal by now would train on
    if ((await button.isVisible()) && Number(await this.text('step')) < goal) await button.click();
  }

  /** Once it rests at the goal. */
  async hash() {
    const end = performance.now() + patience;
    for (;;) {
      const [step, hash] = [Number(await this.text('step')), await this.text('weights-hash')];
      if (step === goal && /^[0-9a-f]{16}$/.test(hash)) return hash;
      if (performance.now() > end) throw new Error(`it rests at step ${step}, not at ${goal}`);
      await this.train();
      await pause(50);
    }
  }
}

/** Strikes after a moment, and has the page there again; the name of what struck. */
async function disturb(trained, random, site) {
  const { browser } = trained;
  const wait = () => pause(longestWait * random());
  const { name, strike } = disturbances[Math.floor(random() * disturbances.length)];
  await wait();
  const { page } = trained;
  const around = { browser, page, origin: new URL(site).origin, sameOrigin: `${site}data/none`, pause: wait };
  // what it wants to break may not be there yet
  await Promise.resolve(strike(around)).catch(() => undefined);
  if (!browser.isRunning) await browser.start();
  if (page.isClosed() || !page.url().includes('#') || !browser.context.pages().includes(page)) {
    await trained.open(`#${settings}`);
  }
  return name;
}

/** One run, disturbed as often as the numbers say; its weights' hash, and what befell it. */
async function disturbedRun(trained, random, site) {
  const names = [];
  try {
    await trained.page.getByRole('button', { name: 'Rewind', exact: true }).click({ timeout: patience });
    await trained.train();
    const count = 1 + Math.floor(maxDisturbances * random());
    for (let i = 0; i < count; ++i) {
      names.push(await disturb(trained, random, site));
      if (random() < 0.5) await trained.train(); // else the next one comes while the page is being opened
    }
    return { hash: await trained.hash(), names };
  } catch (error) {
    return { hash: `${error.message.split('\n')[0]}`, names };
  }
}

/** Trains `times` times, each time disturbed at moments that follow from `seed`; a sentence for each run that did not end with the weights of
 * an undisturbed one. `report` is called after each with how many there were, and what befell the last. */
export async function disturbedRuns({ times, seed, report }) {
  register('../support/typescript-hooks.mjs', import.meta.url);
  const { openSites } = await import('../e2e/support/sites.ts');
  const sites = await openSites();
  try {
    return await testRuns({ times, random: randomOf(seed), site: sites.withData, report });
  } finally {
    await sites.close();
  }
}

async function testRuns({ times, random, site, report }) {
  const browser = new KillableBrowser();
  const failures = [];
  try {
    await browser.start();
    const trained = new Trained(browser, site);
    await trained.open(`#${settings}`);
    await trained.train();
    const undisturbed = await trained.hash();
    for (let i = 0; i < times; ++i) {
      const { hash, names } = await disturbedRun(trained, random, site);
      const failure =
        hash === undisturbed ? null : `run ${i + 1} (${names.join(', ')}): ${hash} instead of ${undisturbed}`;
      if (failure !== null) {
        failures.push(failure);
        await browser.kill();
        await browser.start();
        await trained.open(`#${settings}`);
      }
      report?.({ done: i + 1, failed: failures.length, names, failure });
    }
  } finally {
    await browser.close();
  }
  return failures;
}

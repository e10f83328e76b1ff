// SPDX-License-Identifier: MIT
// Two runs at once take turns; a run that was killed does not lock out the next.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { test } from 'node:test';
import { SharedLock, withLock } from '../../tools/support/lock.mjs';
import { inRoot } from '../../tools/support/paths.mjs';
import { temporaryFolder } from './support.mjs';

/** A process that takes the lock, says so, and holds it until its stdin closes or it is killed. */
function holdElsewhere(path) {
  const code = `import { SharedLock, withLock } from ${JSON.stringify(inRoot('tools/support/lock.mjs'))};
    import { once } from 'node:events';
    await withLock(${JSON.stringify(path)}, async () => { console.log('held'); process.stdin.resume(); await once(process.stdin, 'end'); });`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] });
}

test('the second waits until the first has ended, and says for whom', async (t) => {
  const path = join(temporaryFolder(t), 'lock');
  const holder = holdElsewhere(path);
  await once(holder.stdout, 'data');
  let waitedFor = null;
  const mine = withLock(
    path,
    async () => holder.exitCode,
    (pid) => {
      waitedFor = pid;
      holder.stdin.end();
    },
  );
  assert.notEqual(await mine, undefined);
  assert.equal(waitedFor, holder.pid);
  assert.ok(!existsSync(path), 'the lock is gone afterwards');
});

test('the lock of a killed process is taken over', async (t) => {
  const path = join(temporaryFolder(t), 'lock');
  const holder = holdElsewhere(path);
  await once(holder.stdout, 'data');
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  assert.ok(existsSync(path));
  assert.equal(await withLock(path, async () => 'mine'), 'mine');
});

test('a lock whose process number has been given to another process is taken over', async (t) => {
  const path = join(temporaryFolder(t), 'lock');
  writeFileSync(path, `${process.pid} 1`);
  assert.equal(await withLock(path, async () => 'mine'), 'mine');
});

test('the lock is released when the work throws', async (t) => {
  const path = join(temporaryFolder(t), 'lock');
  await assert.rejects(
    withLock(path, async () => {
      assert.match(readFileSync(path, 'utf8'), new RegExp(`^${process.pid}\\b`));
      throw new Error('broken');
    }),
    /broken/,
  );
  assert.ok(!existsSync(path));
});

test('work of one process shares a lock, which is given back after the last of it and taken anew', async (t) => {
  const path = join(temporaryFolder(t), 'a.lock');
  const lock = new SharedLock(path);
  const never = () => assert.fail('nobody else holds it');
  let held = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++held);
    assert.ok(existsSync(path));
    await new Promise((resolve) => setImmediate(resolve));
    --held;
  };
  await Promise.all([lock.hold(work, never), lock.hold(work, never)]);
  assert.equal(most, 2);
  assert.ok(!existsSync(path));
  await assert.rejects(
    lock.hold(() => Promise.reject(new Error('broken')), never),
    /broken/,
  );
  await lock.hold(work, never);
  assert.ok(!existsSync(path));
});

// SPDX-License-Identifier: MIT
// tinycnn verify: trains to the step that a link names, by the page's own modules, and compares the weights.
import { loadData, namedData } from './data.mjs';
import { exitCodes, Failure } from './errors.mjs';
import { beginLink, networkOf, readLink, retrain } from './link-run.mjs';
import { weightsOf, withEngine } from './models.mjs';
import { requireKnown } from './arguments.mjs';
import { grouped } from './terminal.mjs';

export async function run({ values, positionals: [link], output }) {
  const wanted = readLink(link);
  const { goal, settings } = wanted;
  requireKnown('data set', wanted.data, namedData);
  return withEngine(values, async (engine) => {
    const { version } = engine.info;
    if (goal.version !== null && goal.version !== version) {
      output.say(`The link was made by TinyCNN ${goal.version}, this is ${version}.`);
    }
    const network = await networkOf(settings.model, engine.zoo);
    const dataset = await loadData([wanted.data], { engine, output });
    const { session, plan } = await beginLink(engine, wanted, network, dataset);
    const end = await retrain(session, goal.step, plan, () => {
      output.progress(
        `${network.entry.title}, seed ${settings.seed}`,
        session.step / goal.step,
        `step ${grouped(session.step)}`,
      );
      return true;
    });
    if (end?.divergence) throw new Failure(`Training diverged at step ${end.divergence.step}: ${end.divergence.cause}`);
    const found = weightsOf(session);
    const same = found === goal.weights;
    output.tell(same ? `Same weights: ${found}, bit for bit.` : `Other weights: ${found} instead of ${goal.weights}.`, {
      same,
      step: goal.step,
      weights: found,
      expected: goal.weights,
      version,
    });
    return same ? exitCodes.ok : exitCodes.failed;
  });
}

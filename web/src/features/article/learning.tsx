// SPDX-License-Identifier: MIT
//
// The article's second part: how the weights come to be what they are.

import { grouped, percent } from '../../shared/format';
import { classNames, data, noun, recipe, run, runFacts } from '../../state/store';
import { display, i, o, over } from '../../ui/math';
import { Descents, Figure, Price, answerAtHand } from './figures';
import { learnsBySquares, network, optimizerName } from './network';
import { Point } from './point';
import { Live, Part, Section } from './words';

const parameters = (): string | null => (network.value === null ? null : grouped(network.value.parameters));

/** As short as it can be said. */
const short = (value: number): string => String(Number(value.toPrecision(2)));

function PriceOfThis() {
  const answer = answerAtHand();
  if (answer === null) return <>The loss of one answer.</>;
  const { name, probability, isKnown } = answer;
  return (
    <>
      Live: to {isKnown ? 'the right answer' : 'its own answer'}, {name}, it gives p = {percent(probability, 1)}; the
      loss of this {noun.value.one} is {(-Math.log(Math.max(probability, 1e-12))).toFixed(2)}.
    </>
  );
}

function LossSection() {
  const classes = classNames.value.length;
  return (
    <Section
      id="how-loss"
      title="The loss: how wrong was that?"
      figure={!learnsBySquares() && <Figure caption={<PriceOfThis />}>{Price}</Figure>}
    >
      <p>
        To learn, a network needs one number that says how wrong it is. Cross entropy looks at the probability p that it
        gave to the right answer, and takes the negative logarithm. That is 0 if it was certain and right, and grows
        without end the more certain it was of something else.
      </p>
      {display(i('L'), o('='), o('−'), i('ln'), i('p'))}
      {learnsBySquares() && (
        <p>
          The network on the page uses an older measure, the squared error: how far each output is from 1 for the right
          class and from 0 for the others, squared, and the mean of that.
        </p>
      )}
      <p>
        Who guesses blindly among <Live of={() => String(classes)} /> classes gives each the same share and pays{' '}
        <Live of={() => Math.log(classes).toFixed(2)} />. The mean over the latest images is now{' '}
        <Live of={() => (run.value.loss === null ? null : run.value.loss.toFixed(3))} />.{' '}
        <Point at="loss">The loss curve</Point> should fall; <Point at="logScale">on a logarithmic scale</Point> one
        sees it go on falling where it seems to lie flat.
      </p>
    </Section>
  );
}

function GradientSection() {
  return (
    <Section id="how-gradient" title="The gradient: which way is down?">
      <p>
        Imagine <Live of={parameters} /> knobs and one dial, the loss. The gradient says of every knob how fast the dial
        would rise if that knob were turned up a little. To find out by trying, one would have to run the network once
        for each knob. Backpropagation finds all of them in a single pass, from the answer backwards: each layer is told
        how much its output mattered to the loss, and works out from that how much its weights and its inputs did.
        Multiplying such effects along the way is the chain rule.
      </p>
      {display(
        over([o('∂'), i('L')], [o('∂'), i('w')]),
        o('='),
        over([o('∂'), i('L')], [o('∂'), i('y')]),
        o('·'),
        over([o('∂'), i('y')], [o('∂'), i('w')]),
      )}
      <p>
        <Point at="gradient">Look backwards</Point>: which gradient reaches one cell, and what the {noun.value.one} at
        hand would do to this kernel.
      </p>
    </Section>
  );
}

function StepSection() {
  const rate = (): string | null => (recipe.value === null ? null : short(recipe.value.optimizer.learningRate ?? 1e-3));
  return (
    <Section
      id="how-step"
      title="A step: optimizer and learning rate"
      figure={
        <Figure caption="Steps down the valley y = x² with three learning rates, each step worked out.">
          {Descents}
        </Figure>
      }
    >
      <p>
        Then every weight moves a little against its gradient: downhill. How far, is the learning rate η, here{' '}
        <Live of={rate} />. Too small, and nothing much happens. Too large, and it jumps across the valley and lands
        higher than before: the loss explodes. That is divergence, and the page notices.{' '}
        <Point at="learningRate">Change it</Point>, also while it trains.
      </p>
      {display(i('w'), o('←'), i('w'), o('−'), i('η'), over([o('∂'), i('L')], [o('∂'), i('w')]))}
      <p>
        Stepping like this is SGD, stochastic gradient descent. Momentum keeps some of the last steps’ direction, as a
        heavy ball would. Adam gives every weight a step of its own, by how large its gradients have been of late.{' '}
        <Point at="optimizer">This run</Point> uses <Live of={optimizerName} />. Many recipes begin with large steps and
        end with small ones; that is the <Point at="schedule">schedule</Point>.
      </p>
      <p>
        <Point at="oneStep">Take one single step</Point>, and see every picture change a little.{' '}
        <Point at="distributions">Over a whole run</Point> one can watch the weights of each layer spread out, and their
        gradients shrink.
      </p>
    </Section>
  );
}

function BatchSection() {
  const { many } = noun.value;
  return (
    <Section id="how-batches" title="Mini-batches and epochs">
      <p>
        The gradient over all <Live of={() => (runFacts.value === null ? null : grouped(runFacts.value.trainCount))} />{' '}
        training images would take long to work out, and that of one image alone would be a poor guide. So each step
        looks at a <Point at="batchSize">mini-batch</Point> of{' '}
        <Live of={() => String(runFacts.value?.batchSize ?? '')} /> images, picked by chance: a rough estimate, but
        right on average, and soon there. After{' '}
        <Live of={() => (runFacts.value === null ? null : grouped(runFacts.value.stepsPerEpoch))} /> steps every image
        has been seen once. That is an epoch. Then the {many} are shuffled and it begins again,{' '}
        <Live of={() => String(runFacts.value?.epochs ?? '')} /> times by this recipe.{' '}
        <Point at="figures">So far it has taken</Point> <Live of={() => grouped(run.value.step)} /> steps.
      </p>
    </Section>
  );
}

function TestSection() {
  const tested = (): string | null => {
    const last = run.value.evaluations.at(-1);
    return last === undefined ? null : percent(last.accuracy, 2);
  };
  return (
    <Section id="how-test" title="Learnt by heart, or understood?">
      <p>
        A network with enough weights can learn its training images by heart and still fail on the next one it sees. So{' '}
        <Live of={() => (data.value.facts === null ? null : grouped(data.value.facts.testCount))} /> images are set
        aside. It never learns from them, and after each epoch it is tested on them. On the images that it learns from
        it is right in <Live of={() => (run.value.accuracy === null ? null : percent(run.value.accuracy, 1))} /> of the
        cases now; in the last test it was in <Live of={tested} />. If{' '}
        <Point at="accuracy">the first goes on rising and the second does not</Point>, it is overfitting. (Where
        training images are distorted the second may well be the higher one: the test is easier than the training.)
      </p>
      <p>
        One percentage hides a lot. <Point at="confusion">What it takes for what</Point> shows which classes look alike
        to it, and <Point at="mistakes">each single mistake</Point> can be put on the network. Some of them you would
        not read either.
      </p>
      <p>
        Who tries many settings and keeps those that do best on the test set has, in a way, learnt the test set. For
        choosing, <Point at="holdOut">hold out</Point> some of the training images instead, as a validation set, and
        look at the test set last.
      </p>
    </Section>
  );
}

function DistortionSection() {
  const { one } = noun.value;
  const generated = recipe.value?.augment?.generated ?? 0;
  return (
    <Section id="how-distortion" title="Distorted on purpose">
      <p>
        The cheapest way to more examples is to change those one has. In every epoch each image is turned, shifted,
        scaled and slanted a little, differently each time. A slanted{' '}
        {one === 'digit' ? 'seven is still a seven' : `${one} is still the same ${one}`}, so what is left to be learnt
        is what stays the same. <Point at="distortion">See how it is done to one of them.</Point>
      </p>
      {generated > 0 && one === 'digit' && (
        <p>
          By this recipe <Live of={() => percent(generated, 0)} /> of each epoch’s images give way to digits that the
          page draws by itself, in ways of writing that MNIST knows little of, such as crossed sevens.
        </p>
      )}
    </Section>
  );
}

export function Learning() {
  return (
    <Part title="How it learns">
      <LossSection />
      <GradientSection />
      <StepSection />
      <BatchSection />
      <TestSection />
      <DistortionSection />
    </Part>
  );
}

// SPDX-License-Identifier: MIT
//
// The article's second part: how the weights come to be what they are.

import { grouped, percent } from '../../shared/format';
import { classNames, data, noun, recipe, run, runFacts } from '../../state/store';
import { display, i, o, over } from '../../ui/math';
import { Descents, Figure, Price, currentAnswer } from './figures';
import { learnsBySquares, network, optimizerName } from './network';
import { Point } from './point';
import { Live, Part, Section } from './words';

const parameters = (): string | null => (network.value === null ? null : grouped(network.value.parameters));

/** As short as it can be said. */
const short = (value: number): string => String(Number(value.toPrecision(2)));

function PriceOfThis() {
  const answer = currentAnswer();
  if (answer === null) return <>The loss of one prediction.</>;
  const { name, probability, isKnown } = answer;
  return (
    <>
      Live: the network gives {isKnown ? 'the correct class' : 'its own prediction'}, {name}, the probability p ={' '}
      {percent(probability, 1)}; {isKnown ? 'the loss' : 'if it is correct, the loss'} of this {noun.value.one} is{' '}
      {(-Math.log(Math.max(probability, 1e-12))).toFixed(2)}.
    </>
  );
}

function LossSection() {
  const classes = classNames.value.length;
  return (
    <Section
      id="how-loss"
      title="The loss: how wrong was the prediction?"
      figure={!learnsBySquares() && <Figure caption={<PriceOfThis />}>{Price}</Figure>}
    >
      <p>
        To learn, a network needs one number that says how wrong it is. Cross entropy takes the probability p that the
        network gave to the correct class and calculates its negative natural logarithm. The loss is 0 if p is 1, and it
        grows without limit as p approaches 0.
      </p>
      {display(i('L'), o('='), o('−'), i('ln'), i('p'))}
      {learnsBySquares() && (
        <p>
          The current network uses an older loss, the squared error: how far each output is from 1 for the correct class
          and from 0 for the others, squared, and the mean of these squares.
        </p>
      )}
      <p>
        Giving each of <Live of={() => String(classes)} /> classes the same probability costs{' '}
        <Live of={() => Math.log(classes).toFixed(2)} />. The mean loss over the latest images is now{' '}
        <Live of={() => (run.value.loss === null ? null : run.value.loss.toFixed(3))} />.{' '}
        <Point at="loss">The loss curve</Point> should fall; <Point at="logScale">on a logarithmic scale</Point> you can
        see that it still falls where it looks flat.
      </p>
    </Section>
  );
}

function GradientSection() {
  return (
    <Section id="how-gradient" title="The gradient: which way is down?">
      <p>
        Imagine <Live of={parameters} /> knobs, the weights, and one dial, the loss. The gradient says for every knob
        how fast the dial would rise if that knob were turned up a little. Finding this out by trying would mean running
        the network once for each knob. Backpropagation calculates the whole gradient in one pass from the output back
        to the input: each layer receives the gradient of the loss with respect to its output, and calculates from it
        the gradients with respect to its weights and its input. Multiplying such derivatives is the chain rule.
      </p>
      {display(
        over([o('∂'), i('L')], [o('∂'), i('w')]),
        o('='),
        over([o('∂'), i('L')], [o('∂'), i('y')]),
        o('·'),
        over([o('∂'), i('y')], [o('∂'), i('w')]),
      )}
      <p>
        <Point at="gradient">Look at gradients</Point>: the gradient of each cell, and how the current {noun.value.one}{' '}
        would change a kernel.
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
      figure={<Figure caption="Gradient descent on y = x² with three learning rates.">{Descents}</Figure>}
    >
      <p>
        Then every weight moves a little against its gradient, which is downhill. The learning rate η sets how far, here{' '}
        <Live of={rate} />. If it is too small, training is slow. If it is too large, a step jumps across the valley and
        ends higher than before, and the loss grows: training diverges, and the page stops it.{' '}
        <Point at="learningRate">Change the learning rate</Point>, also during training.
      </p>
      {display(i('w'), o('←'), i('w'), o('−'), i('η'), over([o('∂'), i('L')], [o('∂'), i('w')]))}
      <p>
        This method is called SGD, stochastic gradient descent. Momentum adds part of the previous steps, as a heavy
        ball keeps rolling. Adam scales the step of every weight by the size of its recent gradients.{' '}
        <Point at="optimizer">This run</Point> uses <Live of={optimizerName} />. Many recipes start with large steps and
        end with small ones; that is the <Point at="schedule">learning rate schedule</Point>.
      </p>
      <p>
        <Point at="oneStep">Take a single step</Point> and see every picture change a little.{' '}
        <Point at="distributions">Over a whole run</Point> you can watch the weights of each layer spread out and their
        gradients become smaller.
      </p>
    </Section>
  );
}

function BatchSection() {
  const { many } = noun.value;
  return (
    <Section id="how-batches" title="Mini-batches and epochs">
      <p>
        Calculating the gradient over all{' '}
        <Live of={() => (runFacts.value === null ? null : grouped(runFacts.value.trainCount))} /> training images would
        take long, and the gradient of a single image would be a poor guide. So each step uses a{' '}
        <Point at="batchSize">mini-batch</Point> of <Live of={() => String(runFacts.value?.batchSize ?? '')} /> random
        images: a noisy estimate of the gradient, but correct on average and quick to calculate. After{' '}
        <Live of={() => (runFacts.value === null ? null : grouped(runFacts.value.stepsPerEpoch))} /> steps every image
        has been used once: that is an epoch. Then the {many} are shuffled for the next epoch; this recipe has{' '}
        <Live of={() => String(runFacts.value?.epochs ?? '')} /> epochs.{' '}
        <Point at="figures">So far the network has taken</Point> <Live of={() => grouped(run.value.step)} /> steps.
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
    <Section id="how-test" title="Testing: memorized or learned?">
      <p>
        A network with enough weights can memorize its training images and still fail on new ones. So{' '}
        <Live of={() => (data.value.facts === null ? null : grouped(data.value.facts.testCount))} /> images form the
        test set. The network never trains on them and is tested on them after each epoch. On the images of the last
        steps its accuracy is now
        <Live of={() => (run.value.accuracy === null ? null : percent(run.value.accuracy, 1))} />; in the last test it
        was <Live of={tested} />. If{' '}
        <Point at="accuracy">training accuracy keeps rising and test accuracy does not</Point>, the network is
        overfitting. (With augmentation, test accuracy can be the higher one, because augmented images are harder.)
      </p>
      <p>
        One percentage hides a lot. <Point at="confusion">The confusion matrix</Point> shows which classes the network
        confuses, and <Point at="mistakes">each misclassified image</Point> can be sent through the network. Some of
        them are hard for people too.
      </p>
      <p>
        If you try many settings and keep those with the best test accuracy, you fit your settings to the test set, and
        its accuracy becomes too optimistic. To compare settings, <Point at="holdOut">hold out</Point> some of the
        training images as a validation set, and use the test set only at the end.
      </p>
    </Section>
  );
}

function AugmentationSection() {
  const { one } = noun.value;
  const generated = recipe.value?.augment?.generated ?? 0;
  return (
    <Section id="how-augmentation" title="Augmentation: more examples from the same images">
      <p>
        The cheapest way to get more examples is to change the existing ones: data augmentation. In every epoch each
        image is rotated, shifted, scaled and sheared a little, differently each time. A slanted{' '}
        {one === 'digit' ? 'seven is still a seven' : `${one} still shows the same`}, so the network learns to ignore
        such differences. <Point at="augmentation">See the augmented versions of one image.</Point>
      </p>
      {generated > 0 && one === 'digit' && (
        <p>
          With this recipe <Live of={() => percent(generated, 0)} /> of the images in each epoch are replaced by
          synthetic digits that the page draws, in styles that are rare in MNIST, such as crossed sevens.
        </p>
      )}
    </Section>
  );
}

export function Learning() {
  return (
    <Part title="How the network learns">
      <LossSection />
      <GradientSection />
      <StepSection />
      <BatchSection />
      <TestSection />
      <AugmentationSection />
    </Part>
  );
}

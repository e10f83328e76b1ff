// SPDX-License-Identifier: MIT
//
// The lessons that come with the page. Each sets it up, asks what will happen, lets it happen, and explains. One seed gives the same run
// everywhere, so that what they say comes true.

import type { Scene } from './scene';

const rateTooHigh: Scene = {
  title: 'A learning rate that is too high',
  hide: ['article'],
  steps: [
    {
      text: 'Training moves every weight a little against its gradient, again and again. The learning rate says how far.\n\nHere is TinyCNN with random weights. It guesses: a loss of 2.3 is what ten equally likely answers give.',
      link: 'stop=step-300',
      look: 'network',
    },
    {
      text: 'First with the recipe’s learning rate, 0.005, for 300 steps.',
      link: 'stop=step-300',
      train: true,
      look: 'curves',
    },
    {
      text: 'After {step} steps the loss is {loss}. Now the same network with ten times the learning rate.',
      keep: true,
      link: 'learningRate=0.05&schedule=constant&stop=step-300',
      ask: {
        question: 'What will happen?',
        options: ['It learns ten times as fast.', 'It does not learn at all.', 'Nothing changes.'],
        right: 1,
        why: 'See for yourself: go on, and it trains.',
      },
    },
    {
      text: 'The same images in the same order, with larger steps.',
      link: 'learningRate=0.05&schedule=constant&stop=step-300',
      train: true,
      look: 'curves',
    },
    {
      text: 'The loss is {loss}: it guesses. The first steps were so long that they jumped across the valley; the weights became so large that the ReLU layers answer zero for every digit. Where a ReLU is zero its gradient is zero, too: nothing can bring it back.\n\nTry it: Search, below the network, finds a good rate by trying.',
    },
  ],
};

const edges: Scene = {
  title: 'A kernel as an edge detector',
  hide: ['article'],
  steps: [
    {
      text: 'A convolution moves a small window, its kernel, over the image. At each place it multiplies nine pixels by nine weights and adds them up.',
      link: 'stop=step-1000&digit=4',
      look: 'network',
    },
    {
      text: 'The weights begin as random numbers. Train for 1,000 steps.',
      link: 'stop=step-1000&digit=4',
      train: true,
      look: 'network',
    },
    {
      text: 'This is the first channel of the first layer, opened: the window on the digit, the kernel, their products, and the sum that becomes one pixel of the output. Move the pointer over the output.',
      link: 'stop=step-1000&digit=4&open=conv1.1',
      look: 'network',
      ask: {
        question:
          'Positive weights (blue) on one side of a kernel and negative ones (orange) on the other: what does it respond to?',
        options: ['To any ink.', 'To an edge between ink and background.', 'To the middle of the image.'],
        right: 1,
        why: 'Where all nine pixels are alike, the products cancel. Where one side is ink and the other is not, they do not: the output lights up along edges in one direction.',
      },
    },
    {
      text: 'Nobody told the network about edges. It found them because they help to tell digits apart. Close the channel and point at the others: each says in a sentence what it responds to, as far as there is a simple pattern.',
      link: 'stop=step-1000&digit=4',
      look: 'network',
    },
  ],
};

const overfitting: Scene = {
  title: 'Overfitting: one hundred images',
  hide: ['article'],
  steps: [
    {
      text: 'The network learns from only 100 images, again and again, without augmentation. It is tested on images that it has never seen.',
      link: 'trainingImages=100&augmentation=none',
      look: 'curves',
      ask: {
        question: 'How will it do in the end?',
        options: [
          'Good on both.',
          'All of its 100 training images right, many test images wrong.',
          'Bad on both: 100 images are too few to learn anything.',
        ],
        right: 1,
        why: 'Go on, and it trains.',
      },
    },
    { text: 'It trains.', link: 'trainingImages=100&augmentation=none', train: true, look: 'curves' },
    {
      text: 'Training images: {training}. Test images: {test}. It has learned its hundred images by heart, with everything that is peculiar to them. That is overfitting.',
    },
    {
      text: 'Now with augmentation: each time an image comes by it is turned, shifted, scaled and bent a little, so that it is never the same twice.',
      keep: true,
      link: 'trainingImages=100&augmentation=strong&synthetic=0',
      train: true,
      look: 'curves',
    },
    {
      text: 'Test images: {test}, with the same 100 images. What cannot be learned by heart has to be understood. The dashed curves are of the run before.',
    },
  ],
};

const batchNorm: Scene = {
  title: 'Why batch norm',
  hide: ['article'],
  steps: [
    {
      text: 'At a learning rate of 0.05, TinyCNN fails: see the first lesson. Here it does so again, for 300 steps.',
      link: 'learningRate=0.05&schedule=constant&augmentation=none&batchSize=32&stop=step-300',
      train: true,
      look: 'curves',
    },
    {
      text: 'Loss {loss}: guessing. The next network has a batch norm behind each convolution. It brings the values of each channel to mean 0 and variance 1, over the mini-batch, before they go on.',
      keep: true,
      link: 'model=bn-gap-12k&learningRate=0.05&schedule=constant&augmentation=none&batchSize=32&stop=step-300',
      ask: {
        question: 'The same rate, 0.05. What will happen?',
        options: ['It fails as well.', 'It learns.'],
        right: 1,
        why: 'Go on, and it trains.',
      },
    },
    {
      text: 'It trains. This network is larger: have patience.',
      link: 'model=bn-gap-12k&learningRate=0.05&schedule=constant&augmentation=none&batchSize=32&stop=step-300',
      train: true,
      look: 'curves',
    },
    {
      text: 'Loss {loss}. However large the weights become, batch norm brings the values back to the same range, so that no layer is flooded and no ReLU dies. That is why networks with batch norm stand high learning rates, and learn fast.',
    },
  ],
};

const oneNeuron: Scene = {
  title: 'What one output looks for',
  hide: ['article'],
  steps: [
    {
      text: 'The last layer has one output for each digit. Train for an epoch, then ask what one of them looks at.',
      link: 'stop=epoch-1&digit=0',
      train: true,
      look: 'network',
    },
    {
      text: 'On the left, saliency: the gradient of the output by each pixel. More ink where it is blue would raise the output, where it is orange lower it.\n\nOn the right, occlusion: how much less likely the class becomes when a patch is covered.',
      link: 'stop=epoch-1&digit=0&panel=inside',
      look: 'inside',
      ask: {
        question: 'Which of the two shows what the answer depends on now?',
        options: ['Saliency.', 'Occlusion.'],
        right: 1,
        why: 'Occlusion really changes the image and asks again. Saliency is valid for tiny changes only, and says nothing of a part that is already so clear that a little more or less does not matter.',
      },
    },
    {
      text: 'Choose another class in the list: what would speak for it? Draw digits of your own and see which strokes count.',
      link: 'stop=epoch-1&digit=0&panel=inside',
      look: 'inside',
    },
  ],
};

const fooled: Scene = {
  title: 'How a digit fools the network',
  hide: ['article'],
  steps: [
    {
      text: 'Train for an epoch. It then classifies nearly all test digits correctly.',
      link: 'stop=epoch-1&digit=2',
      train: true,
      look: 'network',
    },
    {
      text: 'The gradient says for each pixel in which direction to change it so that another class becomes more likely. All pixels are changed by the same small amount, each in its own direction.',
      link: 'stop=epoch-1&digit=2',
      nudge: true,
      ask: {
        question: 'How much does a pixel have to change until the answer is wrong?',
        options: ['By all of the range, from white to black.', 'By about half of it.', 'By a quarter of it or less.'],
        right: 2,
        why: 'Move the slider. A person still reads the same digit.',
      },
    },
    {
      text: 'The network weighs up hundreds of pixels. A small push to each of them, all in the direction that counts, adds up. Such adversarial examples exist for large networks as well; training on them helps, at a price.',
      nudge: true,
    },
  ],
};

export const scenes: Readonly<Record<string, Scene>> = {
  rate: rateTooHigh,
  edges,
  overfitting,
  'batch-norm': batchNorm,
  'one-output': oneNeuron,
  fooled,
};

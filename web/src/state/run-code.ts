// SPDX-License-Identifier: MIT
//
// A run as a program of a few lines: for this package, which gives the same bits, and for PyTorch, which does the same by other sums. Pure.

import { extended } from '../shared/plan';
import type { ModelSpec, Recipe, SessionOptions } from 'tinycnn';
import type { RateChange } from '../shared/run-log';
import type { RunSettings } from '../shared/protocol';

export interface CodedRun {
  /** With the rates that were set on the way. */
  settings: RunSettings;
  rates: readonly RateChange[];
  step: number;
  /** The hash of the weights there. */
  weights: string;
  stepsPerEpoch: number;
  recipe: Recipe;
  /** As the session has them. */
  options: Omit<SessionOptions, 'model' | 'seed'>;
  data: { id: string; title: string; classes: readonly string[]; isOfDigits: boolean };
  /** `model`: as a session takes it. */
  network: { name: string; model: string | ModelSpec };
}

/** As JavaScript writes it, names without quotes. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? `'${value}'` : String(value);
  const fields = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{ ${fields.map(([name, each]) => `${name}: ${literal(each)}`).join(', ')} }`;
}

const about = ({ settings, network, data, step, weights }: CodedRun): string =>
  `${network.name} on ${data.title}, seed ${settings.seed}: step ${step}, weights ${weights}`;

/** What changes between two calls of trainSteps, in the order of the steps. */
function changesOf({ rates, recipe, options, step, stepsPerEpoch }: CodedRun): { step: number; call: string }[] {
  const end = recipe.epochs * stepsPerEpoch;
  const schedules = Array.from({ length: end > 0 ? Math.ceil(step / end) - 1 : 0 }, (_, i) => ({
    step: (i + 1) * end,
    call: `session.setSchedule(${literal(extended(options.schedule ?? { type: 'constant' }, i + 2))});`,
  }));
  const set = rates.map((change) => ({
    step: change.step,
    call: `session.setLearningRate(${change.learningRate});`,
  }));
  return [...set, ...schedules].filter((change) => change.step < step).sort((a, b) => a.step - b.step);
}

function training(run: CodedRun): string[] {
  const lines: string[] = [];
  let at = 0;
  for (const { step, call } of changesOf(run)) {
    if (step > at) lines.push(`session.trainSteps(${step - at});`);
    lines.push(call);
    at = step;
  }
  return [...lines, `session.trainSteps(${run.step - at});`];
}

const readingFiles = (id: string): string[] => [
  `const read = (name) => gunzipSync(readFileSync(\`web/dist/data/${id}/\${name}-ubyte.gz\`));`,
  'const all = {',
  "  ...engine.readIdxImages(read('train-images-idx3')),",
  "  ...engine.readIdxLabels(read('train-labels-idx1')),",
  '};',
];

/** Lessons choose their images and labels by rules of the page. */
const lacking = ({ changes }: RunSettings): string[] =>
  changes.trainingImages === undefined && changes.wrongLabels === undefined
    ? []
    : ['// The page also changed the training set (fewer images or wrong labels), which this program does not do.'];

export function javascriptOf(run: CodedRun): string {
  const { settings, options, data, network } = run;
  const isGenerated = data.id === 'generated';
  const { validation } = settings;
  const session = {
    ...{ model: network.model, seed: settings.seed, ...options },
    ...(data.isOfDigits ? {} : { classNames: data.classes }),
  };
  return [
    `// ${about(run)}`,
    ...lacking(settings),
    ...(isGenerated ? [] : ["import { readFileSync } from 'node:fs';", "import { gunzipSync } from 'node:zlib';"]),
    `import { ${validation > 0 ? 'holdOut, ' : ''}loadEngine } from 'tinycnn';`,
    '',
    'const engine = await loadEngine();',
    ...(isGenerated ? ['const all = engine.generateDigits({ seed: 1, count: 60_000 });'] : readingFiles(data.id)),
    `const session = engine.createSession(${literal(session)});`,
    `session.setData('train', ${validation > 0 ? `holdOut(all, { share: ${validation}, seed: 1 }).train` : 'all'});`,
    ...training(run),
    'console.log(session.step, session.parameters({ averaged: true }));',
    'engine.dispose();',
    '',
  ].join('\n');
}

const torchData: Readonly<Record<string, string>> = { mnist: 'MNIST', 'fashion-mnist': 'FashionMNIST' };

const python = (value: number | boolean): string =>
  typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);

const torchDefaults: Readonly<Record<string, string>> = { betas: '(0.9, 0.999)', eps: '1e-8', alpha: '0.99' };

/** In the place of Muon stands AdamW: torch.optim.Muon takes matrices alone. */
function torchOptimizer({ optimizer }: Recipe): string {
  const { type, learningRate: lr = type === 'rmsprop' ? 0.01 : 0.001 } = optimizer;
  const { weightDecay = type === 'muon' ? 0.1 : undefined } = optimizer;
  const of: Record<string, string | undefined> = {
    lr: String(lr),
    weight_decay: weightDecay ? String(weightDecay) : undefined,
    ...('momentum' in optimizer && type !== 'muon' && optimizer.momentum
      ? { momentum: String(optimizer.momentum) }
      : {}),
    ...('nesterov' in optimizer && type !== 'muon' && optimizer.nesterov ? { nesterov: 'True' } : {}),
    ...('betas' in optimizer && optimizer.betas ? { betas: `(${optimizer.betas.join(', ')})` } : {}),
    ...('eps' in optimizer && optimizer.eps ? { eps: String(optimizer.eps) } : {}),
    ...('alpha' in optimizer && optimizer.alpha ? { alpha: String(optimizer.alpha) } : {}),
  };
  const name = { sgd: 'SGD', adam: 'Adam', adamW: 'AdamW', rmsprop: 'RMSprop', muon: 'AdamW' }[type];
  const given = Object.entries(of).flatMap(([key, value]) =>
    value === undefined || value === torchDefaults[key] ? [] : [`${key}=${value}`],
  );
  return `torch.optim.${name}(network.parameters(), ${given.join(', ')})`;
}

function torchSchedule({ schedule = { type: 'constant' } }: CodedRun['options'], { optimizer }: Recipe): string {
  const scheduler = 'torch.optim.lr_scheduler';
  switch (schedule.type) {
    case 'constant':
      return `${scheduler}.ConstantLR(optimizer, factor=1.0)`;
    case 'oneCycle': {
      const { totalSteps, pctStart, divFactor, finalDivFactor, annealStrategy, cycleMomentum } = schedule;
      const given = [
        `max_lr=${optimizer.learningRate ?? 0.001}`,
        `total_steps=${totalSteps} + 1`,
        ...(pctStart === undefined ? [] : [`pct_start=${pctStart}`]),
        ...(divFactor === undefined ? [] : [`div_factor=${divFactor}`]),
        ...(finalDivFactor === undefined ? [] : [`final_div_factor=${finalDivFactor}`]),
        ...(annealStrategy === undefined ? [] : [`anneal_strategy="${annealStrategy}"`]),
        ...(cycleMomentum === undefined ? [] : [`cycle_momentum=${python(cycleMomentum)}`]),
      ];
      return `${scheduler}.OneCycleLR(optimizer, ${given.join(', ')})`;
    }
    case 'exponential':
      return `${scheduler}.ExponentialLR(optimizer, gamma=${schedule.gamma ?? 0.1})`;
    case 'step':
      return `${scheduler}.StepLR(optimizer, step_size=${schedule.stepSize}, gamma=${schedule.gamma ?? 0.1})`;
    case 'cosine':
      return `${scheduler}.CosineAnnealingLR(optimizer, T_max=${schedule.totalSteps}${schedule.etaMin ? `, eta_min=${schedule.etaMin}` : ''})`;
  }
}

/** Pixels stay from 0 to 255: the module normalizes them. */
function torchTransforms({ augment }: Recipe): string[] {
  const { degrees, translate, scale, shear } = augment ?? {};
  const affine = [
    `degrees=${degrees ?? 0}`,
    ...(translate === undefined ? [] : [`translate=(${translate.join(', ')})`]),
    ...(scale === undefined ? [] : [`scale=(${scale.join(', ')})`]),
    ...(shear === undefined ? [] : [`shear=${shear}`]),
  ];
  const isMoved = degrees !== undefined || translate !== undefined || scale !== undefined || shear !== undefined;
  return [...(isMoved ? [`transforms.RandomAffine(${affine.join(', ')}),`] : []), 'transforms.PILToTensor(),'];
}

/** What PyTorch has no ready part for, one sentence each. */
function missingInTorch({ recipe, settings, rates }: CodedRun): string[] {
  const { augment, emaDecay, optimizer } = recipe;
  return [
    ...(optimizer.type === 'muon'
      ? ['The optimizer is Muon; torch.optim.Muon takes no convolutions, so AdamW is used.']
      : []),
    ...(augment?.generated ? [`${Math.round(100 * augment.generated)} % of the images are synthetic digits.`] : []),
    ...(augment?.elastic ? ['The images are distorted elastically.'] : []),
    ...(augment?.thickness ? ['The strokes are made thicker and thinner.'] : []),
    ...(augment?.cutout ? [`A square of ${augment.cutout} pixels a side is cut out of each image.`] : []),
    ...(augment?.mixup ? [`Each image is mixed with another one (mixup, ${augment.mixup}).`] : []),
    ...(emaDecay > 0 ? [`The weights are averaged (EMA, ${emaDecay}) for testing.`] : []),
    ...(settings.validation > 0 ? [`${100 * settings.validation} % of the images are held out.`] : []),
    ...(rates.length > 0 ? ['The learning rate is changed on the way.'] : []),
    ...(settings.changes.trainingImages === undefined ? [] : [`Only ${settings.changes.trainingImages} images.`]),
    ...(settings.changes.wrongLabels ? [`${100 * settings.changes.wrongLabels} % of the labels are wrong.`] : []),
  ];
}

const torchLoss = ({ loss }: Recipe): string => {
  if (loss.type === 'nll') return 'F.nll_loss(output, labels)';
  if (loss.type === 'mse') return 'F.mse_loss(output, F.one_hot(labels, output.shape[1]).float())';
  const { labelSmoothing } = loss;
  return `F.cross_entropy(output, labels${labelSmoothing ? `, label_smoothing=${labelSmoothing}` : ''})`;
};

/** The class Network of an exported PyTorch module, without what reads its weights. */
function classIn(module: string): string {
  const [first, end] = [module.indexOf('class Network'), module.indexOf('\n\n\ndef load(')];
  if (first < 0 || end < first) throw new Error('The exported module has no class Network.');
  return module.slice(first, end);
}

/** `module`: the network as the engine exports it for PyTorch. */
export function pytorchOf(run: CodedRun, module: string): string {
  const { recipe, options, settings, step, data } = run;
  const missing = missingInTorch(run);
  const { clipNorm } = recipe.optimizer;
  return [
    `# ${about(run)}`,
    '# The same run in PyTorch: the same network and recipe, but other random numbers, so other weights.',
    ...(missing.length === 0 ? [] : ['# Of the recipe this leaves out:', ...missing.map((each) => `#   ${each}`)]),
    'import torch',
    'import torch.nn.functional as F',
    'from torch import nn',
    'from torchvision import datasets, transforms',
    '',
    '',
    classIn(module),
    '',
    '',
    `torch.manual_seed(${settings.seed})`,
    'transform = transforms.Compose([',
    ...torchTransforms(recipe).map((line) => `    ${line}`),
    '])',
    `data = datasets.${torchData[data.id] ?? 'MNIST'}("data", train=True, download=True, transform=transform)`,
    `loader = torch.utils.data.DataLoader(data, batch_size=${recipe.batchSize}, shuffle=True)`,
    'network = Network()',
    `optimizer = ${torchOptimizer(recipe)}`,
    `scheduler = ${torchSchedule(options, recipe)}`,
    'step = 0',
    `while step < ${step}:`,
    '    for images, labels in loader:',
    '        optimizer.zero_grad()',
    '        output = network(images.float())',
    `        loss = ${torchLoss(recipe)}`,
    '        loss.backward()',
    ...(clipNorm ? [`        nn.utils.clip_grad_norm_(network.parameters(), ${clipNorm})`] : []),
    '        optimizer.step()',
    '        scheduler.step()',
    '        step += 1',
    `        if step == ${step}:`,
    '            break',
    'print(step, loss.item())',
    '',
  ].join('\n');
}

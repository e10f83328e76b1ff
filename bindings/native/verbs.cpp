// SPDX-License-Identifier: MIT
// Written by `npm run native-verbs` from bindings/cli/verbs.mjs, not by hand.
// clang-format off
#include "verbs.h"

#include <array>

namespace tinycnn::command {
namespace {

constexpr std::array<std::string_view, 3> kTrainRecipe{"best", "recommended", "published"};
constexpr std::array<std::string_view, 5> kTrainOptimizer{"sgd", "adam", "adamW", "rmsprop", "muon"};
constexpr std::array<std::string_view, 3> kTrainSchedule{"constant", "cosine", "oneCycle"};
constexpr std::array<std::string_view, 3> kTrainAugmentation{"none", "slight", "strong"};
constexpr std::array<OptionRow, 21> kTrainOptions{{
    {.name = "data", .value = "DATA", .kind = Kind::kText, .multiple = true},
    {.name = "model", .value = "NAME", .kind = Kind::kText},
    {.name = "recipe", .value = "WORD", .kind = Kind::kChoice, .choices = kTrainRecipe},
    {.name = "epochs", .value = "N", .kind = Kind::kInteger, .min = 1.0, .max = 1000.0},
    {.name = "steps", .value = "N", .kind = Kind::kInteger, .min = 1.0},
    {.name = "seed", .value = "N", .kind = Kind::kInteger, .min = 0.0},
    {.name = "batch-size", .value = "N", .kind = Kind::kInteger, .min = 1.0, .max = 4096.0},
    {.name = "learning-rate", .value = "X", .kind = Kind::kNumber, .min = 0.0, .max = 100.0},
    {.name = "optimizer", .value = "WORD", .kind = Kind::kChoice, .choices = kTrainOptimizer},
    {.name = "schedule", .value = "WORD", .kind = Kind::kChoice, .choices = kTrainSchedule},
    {.name = "augmentation", .value = "WORD", .kind = Kind::kChoice, .choices = kTrainAugmentation},
    {.name = "cutout", .value = "N", .kind = Kind::kInteger, .min = 0.0, .max = 64.0},
    {.name = "mixup", .value = "X", .kind = Kind::kNumber, .min = 0.0, .max = 2.0},
    {.name = "validation", .value = "SHARE", .kind = Kind::kNumber, .min = 0.0, .max = 0.5},
    {.name = "target-accuracy", .value = "SHARE", .kind = Kind::kNumber, .min = 0.0, .max = 1.0},
    {.name = "resume", .value = "FILE", .kind = Kind::kText},
    {.name = "out", .value = "FILE", .kind = Kind::kText},
    {.name = "force", .kind = Kind::kSwitch},
    {.name = "threads", .value = "N", .kind = Kind::kInteger, .min = 1.0, .max = 64.0},
    {.name = "json", .kind = Kind::kSwitch},
    {.name = "help", .kind = Kind::kSwitch},
}};
constexpr std::array<std::string_view, 3> kEvaluateSplit{"test", "train", "all"};
constexpr std::array<OptionRow, 5> kEvaluateOptions{{
    {.name = "data", .value = "DATA", .kind = Kind::kText, .multiple = true},
    {.name = "split", .value = "WORD", .kind = Kind::kChoice, .choices = kEvaluateSplit},
    {.name = "threads", .value = "N", .kind = Kind::kInteger, .min = 1.0, .max = 64.0},
    {.name = "json", .kind = Kind::kSwitch},
    {.name = "help", .kind = Kind::kSwitch},
}};
constexpr std::array<OptionRow, 4> kPredictOptions{{
    {.name = "top", .value = "N", .kind = Kind::kInteger, .min = 1.0, .max = 256.0},
    {.name = "threads", .value = "N", .kind = Kind::kInteger, .min = 1.0, .max = 64.0},
    {.name = "json", .kind = Kind::kSwitch},
    {.name = "help", .kind = Kind::kSwitch},
}};
constexpr std::array<std::string_view, 6> kExportFormat{"onnx", "tflite", "c", "safetensors", "pytorch", "json"};
constexpr std::array<std::string_view, 3> kExportInput{"bytes", "unit", "normalized"};
constexpr std::array<OptionRow, 7> kExportOptions{{
    {.name = "out", .value = "FILE", .kind = Kind::kText},
    {.name = "format", .value = "WORD", .kind = Kind::kChoice, .choices = kExportFormat},
    {.name = "input", .value = "WORD", .kind = Kind::kChoice, .choices = kExportInput},
    {.name = "name", .value = "NAME", .kind = Kind::kText},
    {.name = "force", .kind = Kind::kSwitch},
    {.name = "json", .kind = Kind::kSwitch},
    {.name = "help", .kind = Kind::kSwitch},
}};
constexpr std::array<std::string_view, 2> kImportInput{"bytes", "unit"};
constexpr std::array<OptionRow, 6> kImportOptions{{
    {.name = "spec", .value = "NAME", .kind = Kind::kText},
    {.name = "input", .value = "WORD", .kind = Kind::kChoice, .choices = kImportInput},
    {.name = "out", .value = "FILE", .kind = Kind::kText},
    {.name = "force", .kind = Kind::kSwitch},
    {.name = "json", .kind = Kind::kSwitch},
    {.name = "help", .kind = Kind::kSwitch},
}};
constexpr std::array<OptionRow, 3> kVerifyOptions{{
    {.name = "threads", .value = "N", .kind = Kind::kInteger, .min = 1.0, .max = 64.0},
    {.name = "json", .kind = Kind::kSwitch},
    {.name = "help", .kind = Kind::kSwitch},
}};
constexpr std::array<OptionRow, 2> kZooOptions{{
    {.name = "json", .kind = Kind::kSwitch},
    {.name = "help", .kind = Kind::kSwitch},
}};
constexpr std::array<OptionRow, 5> kBenchOptions{{
    {.name = "model", .value = "NAME", .kind = Kind::kText},
    {.name = "seconds", .value = "X", .kind = Kind::kNumber, .min = 0.1, .max = 600.0},
    {.name = "threads", .value = "N", .kind = Kind::kInteger, .min = 1.0, .max = 64.0},
    {.name = "json", .kind = Kind::kSwitch},
    {.name = "help", .kind = Kind::kSwitch},
}};

constexpr std::array<VerbRow, 8> kVerbs{{
    {.name = "train",
     .takes = "",
     .takes_text = "",
     .min = 0,
     .max = 0,
     .options = kTrainOptions,
     .usage = R"help(tinycnn train [options]

Trains a network on DATA, tests it after each epoch, and saves it to a file from which training can
go on. The same seed gives the same weights, bit for bit, on every machine and with any number of
threads.

Ctrl+C stops after the current mini-batch, saves, and prints the command that goes on: the weights
at the end are those of a run that was never stopped. What it prints as "weights" is their hash.

DATA is generated (synthetic digits, made here), mnist or fashion-mnist (from the folder that
MNIST_DIR or FASHION_MNIST_DIR names, else where npx tinycnn has put them), or your own: IDX files
of 28x28 grey images and of labels, gzipped or not, or a folder of them. --data may be given several
times for files that belong together. Without a test set, a sixth of each class is held out as one.

Options:
  --data DATA              what to learn from
  --model NAME             an id of tinycnn zoo, or a .json file with a spec; default tinycnn
  --recipe WORD            best, recommended, published: where optimizer, schedule, augmentation and
                           epochs come from; default best. recommended mixes in synthetic digits,
                           for drawings
  --epochs N               passes over the training images
  --steps N                stop at this mini-batch instead
  --seed N                 of initial weights, order and augmentation; default 1
  --batch-size N           images in a mini-batch
  --learning-rate X        the highest of the schedule
  --optimizer WORD         sgd, adam, adamW, rmsprop, muon: with its usual settings
  --schedule WORD          constant, cosine, oneCycle: of the learning rate
  --augmentation WORD      none, slight, strong: random shifts, turns and scales of the training
                           images
  --cutout N               cut a square of N pixels a side out of each
  --mixup X                mix each with another one, in shares drawn from Beta(X, X)
  --validation SHARE       share of the training images to hold out, to choose settings by
  --target-accuracy SHARE  stop after the first epoch that reaches it, on the validation images
                           where there are any
  --resume FILE            go on from this file; its network, seed and recipe stay
  --out FILE               where the network is saved, after each epoch and at the end; default
                           model.tinycnn, or the file of --resume
  --force                  replace the file that --out names
  --threads N              number of threads; by default one for each core, at most 4. Results do
                           not depend on it
  --json                   print JSON, an object on each line, instead of text
  --help                   show this

Examples:
  # two epochs on synthetic digits, without any download
  tinycnn train --data generated --epochs 2
  # four IDX files of your own
  tinycnn train --data digits/ --epochs 30 --out mine.tinycnn
  # two more epochs after two
  tinycnn train --resume model.tinycnn --data generated --epochs 4)help"},
    {.name = "evaluate",
     .takes = "MODEL",
     .takes_text = "a file: what train has written or the page has saved, ONNX, safetensors, JSON",
     .min = 1,
     .max = 1,
     .options = kEvaluateOptions,
     .usage = R"help(tinycnn evaluate MODEL [options]

Prints loss and accuracy on the test images of DATA, each class by itself, and which classes are
taken for which others. --json adds the whole confusion matrix.

DATA is generated (synthetic digits, made here), mnist or fashion-mnist (from the folder that
MNIST_DIR or FASHION_MNIST_DIR names, else where npx tinycnn has put them), or your own: IDX files
of 28x28 grey images and of labels, gzipped or not, or a folder of them. --data may be given several
times for files that belong together. Without a test set, a sixth of each class is held out as one.

  MODEL  a file: what train has written or the page has saved, ONNX, safetensors, JSON

Options:
  --data DATA   what to test on
  --split WORD  test, train, all: which images; default test
  --threads N   number of threads; by default one for each core, at most 4. Results do not depend on
                it
  --json        print JSON, an object on each line, instead of text
  --help        show this

Examples:
  # accuracy on the test images
  tinycnn evaluate model.tinycnn --data generated)help"},
    {.name = "predict",
     .takes = "MODEL IMAGE",
     .takes_text = "a network (as evaluate takes it), then PGM images, folders of them, or IDX files of images",
     .min = 2,
     .max = -1,
     .options = kPredictOptions,
     .usage = R"help(tinycnn predict MODEL IMAGE... [options]

Prints the most probable classes of each image: PGM files (P5) or IDX files of images, of the size
that the network reads, light ink on a dark ground as MNIST's.

  MODEL IMAGE  a network (as evaluate takes it), then PGM images, folders of them, or IDX files of
               images

Options:
  --top N      how many classes are printed; default 3
  --threads N  number of threads; by default one for each core, at most 4. Results do not depend on
               it
  --json       print JSON, an object on each line, instead of text
  --help       show this

Examples:
  # one drawing
  tinycnn predict model.tinycnn seven.pgm
  # all images of a file, for a program
  tinycnn predict model.tinycnn t10k-images-idx3-ubyte --top 1 --json)help"},
    {.name = "export",
     .takes = "MODEL",
     .takes_text = "a file: what train has written or the page has saved, ONNX, safetensors, JSON",
     .min = 1,
     .max = 1,
     .options = kExportOptions,
     .usage = R"help(tinycnn export MODEL [options]

Writes ONNX, TensorFlow Lite, a C header, safetensors with a PyTorch module, or JSON. The format
follows from the ending of --out (.onnx, .tflite, .h, .safetensors, .py, .json), or from --format.

  MODEL  a file: what train has written or the page has saved, ONNX, safetensors, JSON

Options:
  --out FILE     the file to write
  --format WORD  onnx, tflite, c, safetensors, pytorch, json: what to write
  --input WORD   bytes, unit, normalized: what an ONNX or TensorFlow Lite file reads: pixels from 0
                 to 255, from 0 to 1, or normalised ones; default bytes
  --name NAME    of the network in the file, such as the prefix of C functions
  --force        replace the file that --out names
  --json         print JSON, an object on each line, instead of text
  --help         show this

Examples:
  # for ONNX Runtime
  tinycnn export model.tinycnn --out digits.onnx)help"},
    {.name = "import",
     .takes = "FILE",
     .takes_text = "the file to read",
     .min = 1,
     .max = 1,
     .options = kImportOptions,
     .usage = R"help(tinycnn import FILE [options]

Reads ONNX, safetensors, PyTorch weights (.pt) or JSON, and saves a file for the other verbs.
Nothing in the file is executed. Files of weights alone need --spec.

  FILE  the file to read

Options:
  --spec NAME   the network that the weights belong to: an id of tinycnn zoo, or a .json file
  --input WORD  bytes, unit: what the file's network reads, unless it says so: pixels from 0 to 255
                or from 0 to 1; default bytes
  --out FILE    the file to write; default: the name of FILE, ending in .tinycnn
  --force       replace the file that --out names
  --json        print JSON, an object on each line, instead of text
  --help        show this

Examples:
  # writes digits.tinycnn
  tinycnn import digits.onnx
  # PyTorch's state_dict
  tinycnn import weights.pt --spec tinycnn --out mine.tinycnn)help"},
    {.name = "verify",
     .takes = "LINK",
     .takes_text = "a link that ends with #…stop=step-N&weights=…",
     .min = 1,
     .max = 1,
     .options = kVerifyOptions,
     .usage = R"help(tinycnn verify LINK [options]

A link that was copied on the page by Share, Copy link names a step and the hash of the weights
there. This trains to that step and compares. Exit code 0: the same weights, bit for bit; 1: others.

  LINK  a link that ends with #…stop=step-N&weights=…

Options:
  --threads N  number of threads; by default one for each core, at most 4. Results do not depend on
               it
  --json       print JSON, an object on each line, instead of text
  --help       show this

Examples:
  # in quotes, as it has &
  tinycnn verify 'https://example.org/tinycnn/#stop=step-500&weights=0123456789abcdef')help"},
    {.name = "zoo",
     .takes = "NAME",
     .takes_text = "a network of the list",
     .min = 0,
     .max = 1,
     .options = kZooOptions,
     .usage = R"help(tinycnn zoo [NAME] [options]

Lists the networks that --model takes by name, or the layers and recipes of one.

  NAME  a network of the list

Options:
  --json  print JSON, an object on each line, instead of text
  --help  show this

Examples:
  # all
  tinycnn zoo
  # one, with its layers
  tinycnn zoo tinycnn)help"},
    {.name = "bench",
     .takes = "",
     .takes_text = "",
     .min = 0,
     .max = 0,
     .options = kBenchOptions,
     .usage = R"help(tinycnn bench [options]

Trains on synthetic digits for some seconds, with one thread and with all, and times predictions.
Nothing is saved.

Options:
  --model NAME  an id of tinycnn zoo; default tinycnn
  --seconds X   of each measurement; default 3
  --threads N   number of threads; by default one for each core, at most 4. Results do not depend on
                it
  --json        print JSON, an object on each line, instead of text
  --help        show this

Examples:
  # about ten seconds
  tinycnn bench)help"},
}};

}  // namespace

std::span<const VerbRow> verbs() { return kVerbs; }

std::string_view overview() {
  return R"help(tinycnn VERB [options]   trains, tests and converts small convolutional networks, on the CPU and bit for bit

  train     trains a network and saves it
  evaluate  tests a network on data
  predict   classifies images
  export    writes a network for other programs
  import    reads a network of another program
  verify    trains to the step of a link and compares the weights
  zoo       lists networks that have a name
  bench     measures how fast this machine is

tinycnn VERB --help explains a verb with examples. Every verb takes --json, for programs.
Exit codes: 0 done; 1 failed, such as a file that is damaged; 2 not understood; 130 stopped by Ctrl+C.

Begin with:
  tinycnn train --data generated --epochs 2    # needs no download
  tinycnn evaluate model.tinycnn --data generated)help";
}

}  // namespace tinycnn::command

// SPDX-License-Identifier: MIT
// counted_steps MODEL BATCH STEPS RECIPE: trains a model of the zoo by its published or its best
// recipe (with augmentation) on made-up images, on one thread. Valgrind counts the instructions of
// count_these() alone, so that neither start-up nor the making of the images is part of the figure.
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>

#include "support/datasets.h"
#include "tinycnn/trainer.h"
#include "tinycnn/zoo.h"

extern "C" __attribute__((noinline)) double count_these(tinycnn::Trainer& trainer, int steps) {
  return trainer.train_steps(steps).loss;
}

namespace {

double train(const char* model, int batch_size, int steps, bool best) {
  const tinycnn::ZooEntry& entry = tinycnn::find_in_zoo(model);
  tinycnn::TrainerOptions options = (best ? entry.best_recipe : entry.recipe).options;
  options.batch_size = batch_size;
  tinycnn::SerialExecutor executor;
  tinycnn::Trainer trainer(entry.spec, options, executor);
  trainer.set_data(tinycnn::Split::kTrain,
                   tinycnn::test::pattern_images(batch_size * (steps + 1), entry.spec.input.height,
                                                 trainer.model().classes()));
  trainer.train_steps(1);  // the first step allocates
  return count_these(trainer, steps);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view recipe = argc == 5 ? argv[4] : "";
  if (recipe != "published" && recipe != "best") {
    std::cerr << "usage: counted_steps MODEL BATCH STEPS published|best\n";
    return 2;
  }
  try {
    std::cout << "loss " << train(argv[1], std::atoi(argv[2]), std::atoi(argv[3]), recipe == "best")
              << '\n';
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}

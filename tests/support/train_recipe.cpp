// SPDX-License-Identifier: MIT
// train_recipe FOLDER MODEL RECIPE SEED THREADS epochs|steps COUNT [LEARNING_RATE]: trains a model
// of the zoo with one of its recipes (published or best) on MNIST's four decompressed files, and
// says how it goes in lines of tab-separated words for tools/experiments/recipe-runs.mjs:
//   step N OF                      now and then
//   epoch N LOSS ACCURACY          after each pass, of the test set
//   diverged STEP CAUSE CURE       where training stops early
//   end HASH LOSS_SUM CORRECT      weights, and the evaluation of the first 256 test images
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/idx_files.h"
#include "support/text.h"
#include "tinycnn/thread_pool.h"
#include "tinycnn/trainer.h"
#include "tinycnn/zoo.h"

namespace tinycnn {
namespace {

constexpr std::size_t kProbe = 256;  // test images
constexpr std::int64_t kReports = 50;

struct Task {
  std::string folder;
  std::string model;
  TrainerOptions options{};
  int threads = 1;
  bool counts_epochs = true;
  std::int64_t count = 0;
};

Task read_arguments(std::span<const std::string> arguments) {
  const std::string& recipe = arguments[2];
  const std::string& unit = arguments[5];
  if ((recipe != "published" && recipe != "best") || (unit != "epochs" && unit != "steps")) {
    fail("[train_recipe] expected a recipe 'published' or 'best' and 'epochs' or 'steps', got '",
         recipe, "' and '", unit, "'");
  }
  const ZooEntry& entry = find_in_zoo(arguments[1]);
  Task task{.folder = arguments[0],
            .model = std::string(entry.id),
            .options = recipe == "best" ? entry.best_recipe.options : entry.recipe.options,
            .threads = std::atoi(arguments[4].c_str()),
            .counts_epochs = unit == "epochs",
            .count = std::atoll(arguments[6].c_str())};
  task.options.seed = static_cast<std::uint64_t>(std::atoll(arguments[3].c_str()));
  if (arguments.size() > 7) {
    task.options.optimizer.learning_rate = std::atof(arguments[7].c_str());
  }
  return task;
}

/// Trains to the next end of an epoch, or to `last`; false where the run diverges.
bool train_epoch(Trainer& trainer, std::int64_t last) {
  const std::int64_t epoch = trainer.steps_per_epoch();
  const std::int64_t end = std::min(last, (trainer.step() / epoch + 1) * epoch);
  const std::int64_t max_steps = std::max<std::int64_t>(epoch / kReports, 1);
  while (trainer.step() < end) {
    const auto steps = static_cast<int>(std::min(max_steps, end - trainer.step()));
    const TrainResult result = trainer.train_steps(steps);
    std::cout << "step\t" << trainer.step() << '\t' << last << '\n' << std::flush;
    if (result.divergence) {
      std::cout << "diverged\t" << result.divergence->step << '\t' << result.divergence->cause
                << '\t' << result.divergence->cure << '\n';
      return false;
    }
  }
  return true;
}

void run(const Task& task) {
  ThreadPool pool(task.threads);
  Trainer trainer(find_in_zoo(task.model).spec, task.options, pool);
  for (const auto& [split, name] : {std::pair{Split::kTrain, "train"}, {Split::kTest, "t10k"}}) {
    trainer.set_data(split, read_split(task.folder, name, trainer.model().classes()));
  }
  const std::int64_t last = task.count * (task.counts_epochs ? trainer.steps_per_epoch() : 1);
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  std::cout << std::setprecision(std::numeric_limits<double>::max_digits10);
  while (trainer.step() < last && train_epoch(trainer, last)) {
    if (task.counts_epochs) {
      const Evaluation test = trainer.evaluate(Split::kTest, 0, kAll);
      const auto count = static_cast<double>(test.count);
      std::cout << "epoch\t" << trainer.step() / trainer.steps_per_epoch() << '\t'
                << test.loss_sum / count << '\t' << static_cast<double>(test.correct) / count
                << '\n';
    }
  }
  const Evaluation probe = trainer.evaluate(Split::kTest, 0, kProbe);
  std::cout << "end\t" << std::hex << std::setw(16) << std::setfill('0')
            << trainer.model().parameter_hash() << std::dec << '\t' << probe.loss_sum << '\t'
            << probe.correct << '\n';
}

}  // namespace
}  // namespace tinycnn

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  if (arguments.size() < 7 || arguments.size() > 8) {
    std::cerr << "usage: train_recipe FOLDER MODEL published|best SEED THREADS epochs|steps COUNT "
                 "[LEARNING_RATE]\n";
    return 2;
  }
  try {
    tinycnn::run(tinycnn::read_arguments(arguments));
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}

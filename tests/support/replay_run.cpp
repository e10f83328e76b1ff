// SPDX-License-Identifier: MIT
// replay_run FOLDER CHECKPOINT THREADS WORD NUMBER...: continues from a checkpoint on the training
// images of a folder, and says which weights it ends with, for tools/verify.mjs:
//   learning-rate X   from the next step on
//   total-steps N     of the schedule, from the next step on
//   train N           so many mini-batches
// Prints the hash of the weights that predict; a run that diverges ends with 1.
#include <cstdlib>
#include <exception>
#include <iostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "formats/c_text.h"
#include "support/idx_files.h"
#include "support/text.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/thread_pool.h"
#include "tinycnn/trainer.h"

namespace tinycnn {
namespace {

void train(Trainer& trainer, int steps) {
  const TrainResult result = trainer.train_steps(steps);
  if (result.divergence) {
    fail("[replay_run] it diverged at step ", result.divergence->step);
  }
}

void follow(Trainer& trainer, const std::string& word, const char* number) {
  if (word == "learning-rate") {
    trainer.set_learning_rate(std::atof(number));
  } else if (word == "total-steps") {
    Schedule schedule = trainer.options().schedule;
    schedule.total_steps = std::atoll(number);
    trainer.set_schedule(schedule);
  } else if (word == "train") {
    train(trainer, std::atoi(number));
  } else {
    fail("[replay_run] expected 'learning-rate', 'total-steps' or 'train', got '", word, "'");
  }
}

void run(std::span<const std::string> arguments) {
  ThreadPool pool(std::atoi(arguments[2].c_str()));
  Trainer trainer(decode_checkpoint(read_file(arguments[1])), pool);
  trainer.set_data(Split::kTrain, read_split(arguments[0], "train", trainer.model().classes()));
  for (std::size_t i = 3; i + 1 < arguments.size(); i += 2) {
    follow(trainer, arguments[i], arguments[i + 1].c_str());
  }
  std::cout << hash_of(trainer.evaluated_parameters()) << '\n';
}

}  // namespace
}  // namespace tinycnn

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 5 || arguments.size() % 2 == 0) {
    std::cerr << "usage: replay_run FOLDER CHECKPOINT THREADS (learning-rate|total-steps|train "
                 "NUMBER)...\n";
    return 2;
  }
  try {
    tinycnn::run(arguments);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}

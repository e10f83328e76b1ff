// SPDX-License-Identifier: MIT
// The native side of npm run bench: waits for one question a line on stdin and answers each with
// one line of JSON. Times are seconds, loss is that of the last call of train_steps.
//   tinycnn_bench THREADS IMAGES LABELS     (raw bytes of [N][28][28] and [N])
//   peak SECONDS                            -> { operations, seconds }
//   prepare MODEL RECIPE BATCH              -> {}, RECIPE: recipe or bestRecipe
//   train MODEL RECIPE BATCH SECONDS        -> { images, seconds, loss }, from fresh weights
//   predict MODEL SECONDS                   -> { predictions, seconds }
//   tasks                                   -> [{ name, what, macs, hasReference }]
//   layer TASK SECONDS, reference TASK SECONDS   -> { calls, seconds }
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>
#include <string>

#include "bench/layer_bench.h"
#include "kernels/multiply_add.h"
#include "support/text.h"
#include "tinycnn/thread_pool.h"
#include "tinycnn/trainer.h"
#include "tinycnn/zoo.h"

namespace {

using tinycnn::concat;

constexpr int kSide = 28;
constexpr double kCallSeconds = 0.005;  // shorter calls say little
constexpr std::int64_t kPeakTurns = 65'536;
constexpr int kMinCalls = 3;  // one alone may have been held up

std::vector<std::uint8_t> read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

double now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(since).count();
}

struct Done {
  double amount = 0.0;
  double seconds = 0.0;
};

/// Calls work(count), which returns how much it did, with rising counts until a call takes some
/// milliseconds, then steadily until `seconds` are over; what those last calls did.
template <class Work>
Done steadily(double seconds, const Work& work) {
  const double end = now() + seconds;
  int count = 1;
  int calls = 0;
  Done done;
  for (;;) {
    const double start = now();
    const double amount = work(count);
    const double taken = now() - start;
    if (taken < kCallSeconds) {
      count *= 2;
      calls = 0;
      done = {};
      continue;
    }
    ++calls;
    done.amount += amount;
    done.seconds += taken;
    if (now() >= end && calls >= kMinCalls) {
      return done;
    }
  }
}

std::string to_json(const char* name, const Done& done) {
  std::ostringstream text;
  text.precision(12);
  text << "{\"" << name << "\":" << done.amount << ",\"seconds\":" << done.seconds << "}";
  return text.str();
}

class NativeBench {
 public:
  NativeBench(int threads, const char* images, const char* labels)
      : pool_(threads), images_(read_file(images)), labels_(read_file(labels)) {}

  std::string answer(const std::string& line) {
    std::istringstream words(line);
    std::string type;
    words >> type;
    if (type == "peak") {
      return peak(read<double>(words));
    }
    if (type == "prepare") {
      trainer(words);
      return "{}";
    }
    if (type == "train") {
      tinycnn::Trainer& chosen = trainer(words);
      return train(chosen, read<double>(words));
    }
    if (type == "predict") {
      return predict(words);
    }
    if (type == "tasks") {
      return tasks();
    }
    if (type == "layer" || type == "reference") {
      return layer(type == "reference", words);
    }
    tinycnn::fail("[tinycnn_bench] expected a question, got '", line, "'");
  }

 private:
  template <class T>
  static T read(std::istringstream& words) {
    T value{};
    if (!(words >> value)) {
      tinycnn::fail("[tinycnn_bench] expected one word more in '", words.str(), "'");
    }
    return value;
  }

  std::string peak(double seconds) {
    const Done done = steadily(seconds, [&](int count) {
      std::vector<float> sums(static_cast<std::size_t>(pool_.threads()));
      pool_.for_each_thread([&](int thread) noexcept {
        sums[static_cast<std::size_t>(thread)] =
            tinycnn::kernels::multiply_add_loop(kPeakTurns * count);
      });
      sink_ += sums.front();
      return static_cast<double>(tinycnn::kernels::multiply_add_operations(kPeakTurns * count)) *
             pool_.threads();
    });
    return to_json("operations", done);
  }

  tinycnn::Trainer& trainer(std::istringstream& words) {
    const auto model = read<std::string>(words);
    const auto recipe = read<std::string>(words);
    const auto batch_size = read<int>(words);
    auto& trainer = trainers_[concat(model, " ", recipe, " ", batch_size)];
    if (!trainer) {
      const tinycnn::ZooEntry& entry = tinycnn::find_in_zoo(model);
      tinycnn::TrainerOptions options =
          recipe == "recipe" ? entry.recipe.options : entry.best_recipe.options;
      options.batch_size = batch_size;
      trainer = std::make_unique<tinycnn::Trainer>(entry.spec, options, pool_);
      tinycnn::Images images{.count = static_cast<int>(labels_.size()),
                             .height = kSide,
                             .width = kSide,
                             .pixels = images_};
      trainer->set_data(tinycnn::Split::kTrain, {std::move(images), labels_});
    }
    return *trainer;
  }

  static std::string train(tinycnn::Trainer& trainer, double seconds) {
    trainer.rewind(1);
    double loss = 0.0;
    const Done done = steadily(seconds, [&](int count) {
      const tinycnn::TrainResult result = trainer.train_steps(count);
      loss = result.loss;
      return static_cast<double>(result.samples);
    });
    std::string json = to_json("images", done);
    json.pop_back();
    return concat(json, ",\"loss\":", std::isfinite(loss) ? std::to_string(loss) : "null", "}");
  }

  std::string predict(std::istringstream& words) {
    const auto model = read<std::string>(words);
    const auto seconds = read<double>(words);
    const tinycnn::ZooEntry& entry = tinycnn::find_in_zoo(model);
    tinycnn::Trainer trainer(entry.spec, entry.recipe.options, pool_);
    const std::vector<float> pixels(images_.begin(), images_.begin() + kSide * kSide);
    const Done done = steadily(seconds, [&](int count) {
      for (int i = 0; i < count; ++i) {
        sink_ += trainer.predict(pixels).front();
      }
      return static_cast<double>(count);
    });
    return to_json("predictions", done);
  }

  static std::string tasks() {
    std::string json;
    for (const auto& task : tinycnn::bench::layer_tasks()) {
      json += concat(json.empty() ? "[" : ",", R"({"name":")", task.name, R"(","what":")",
                     task.what, R"(","macs":)", std::to_string(task.macs),
                     ",\"hasReference\":", task.has_reference ? "true" : "false", "}");
    }
    return json + "]";
  }

  static std::string layer(bool reference, std::istringstream& words) {
    const auto task = read<int>(words);
    const Done done = steadily(read<double>(words), [&](int count) {
      if (!reference) {
        tinycnn::bench::run_layer_task(task, count);
      }
      for (int i = 0; reference && i < count; ++i) {
        tinycnn::bench::run_layer_reference(task);
      }
      return static_cast<double>(count);
    });
    return to_json("calls", done);
  }

  tinycnn::ThreadPool pool_;
  std::vector<std::uint8_t> images_;
  std::vector<std::uint8_t> labels_;
  std::map<std::string, std::unique_ptr<tinycnn::Trainer>> trainers_;
  float sink_ = 0.0F;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: tinycnn_bench THREADS IMAGES LABELS\n";
    return 2;
  }
  try {
    NativeBench bench(std::stoi(argv[1]), argv[2], argv[3]);
    for (std::string line; std::getline(std::cin, line);) {
      std::cout << bench.answer(line) << std::endl;
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}

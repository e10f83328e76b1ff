// SPDX-License-Identifier: MIT
// tinycnn zoo and bench: the networks that have a name, and how fast they are here.
#include <algorithm>
#include <string>
#include <thread>

#include "commands.h"
#include "errors.h"
#include "networks.h"
#include "tinycnn/digit_generator.h"
#include "tinycnn/thread_pool.h"
#include "tinycnn/zoo.h"

namespace tinycnn::command {
namespace {

constexpr std::size_t kBenchImages = 4096;
constexpr int kBenchBatch = 64;
constexpr int kStepsAtOnce = 8;
constexpr double kBenchSeconds = 3.0;

std::string grouped_integer(std::int64_t count) { return grouped(static_cast<double>(count)); }

Json json_of(const ZooEntry& entry, const ModelSummary& summary) {
  return Json::object()
      .add("id", entry.id)
      .add("title", entry.title)
      .add("parameters", summary.parameter_count)
      .add("macs", summary.macs)
      .add("epochs", std::int64_t{entry.best_recipe.epochs})
      .add("published", entry.published);
}

void show_all(Output& output) {
  std::vector<Row> rows{{"name", "parameters", "multiply-adds", "epochs", ""}};
  for (const ZooEntry& entry : zoo()) {
    const ModelSummary summary = summarize(entry.spec);
    output.emit(json_of(entry, summary));
    rows.push_back({std::string(entry.id), grouped_integer(summary.parameter_count),
                    grouped_integer(summary.macs), std::to_string(entry.best_recipe.epochs),
                    std::string(entry.title)});
  }
  output.say(table(rows, {1, 2, 3}));
}

std::string text_of(const Shape& shape) {
  return std::to_string(shape.channels) + "x" + std::to_string(shape.height) + "x" +
         std::to_string(shape.width);
}

void show_one(const ZooEntry& entry, Output& output) {
  const ModelSummary summary = summarize(entry.spec);
  output.emit(json_of(entry, summary));
  output.say(std::string(entry.id) + ": " + std::string(entry.title) + "\n" +
             std::string(entry.source) + "\npublished accuracy: " + std::string(entry.published) +
             "\n");
  std::vector<Row> rows{{"layer", "type", "output", "parameters", "multiply-adds"}};
  for (const LayerSummary& layer : summary.layers) {
    rows.push_back({layer.spec.name, std::string(to_string(layer.spec.type)), text_of(layer.output),
                    grouped_integer(layer.parameter_count), grouped_integer(layer.macs)});
  }
  output.say(table(rows, {3, 4}));
  for (const auto& [what, recipe] :
       {std::pair{"best", &entry.best_recipe}, std::pair{"published", &entry.recipe}}) {
    output.say(std::string("\n--recipe ") + what + ": " + std::string(recipe->title) + "; " +
               std::to_string(recipe->epochs) + " epochs in mini-batches of " +
               std::to_string(recipe->options.batch_size));
  }
}

/// Images a second, over so many seconds after a warm-up of a fifth of them.
double training_speed(Trainer& trainer, double seconds) {
  double rate = 0.0;
  for (const double duration : {seconds / 5.0, seconds}) {
    const double start = now();
    double images = 0.0;
    double elapsed = 0.0;
    do {
      trainer.train_steps(kStepsAtOnce);
      images += kStepsAtOnce * kBenchBatch;
      elapsed = now() - start;
    } while (elapsed < duration);
    rate = images / elapsed;
  }
  return rate;
}

double microseconds_a_prediction(Trainer& trainer, double seconds) {
  const std::vector<float> image(trainer.model().spec().input.size());
  const double start = now();
  double count = 0.0;
  double elapsed = 0.0;
  do {
    static_cast<void>(trainer.predict(image));
    ++count;
    elapsed = now() - start;
  } while (elapsed < seconds);
  return 1e6 * elapsed / count;
}

}  // namespace

int list_zoo(const Arguments& given, Output& output) {
  if (given.positionals.empty()) {
    show_all(output);
    return kDone;
  }
  const std::string& name = given.positionals.front();
  require_known("network", name, zoo_ids(), {"tinycnn zoo lists them."});
  show_one(find_in_zoo(name), output);
  return kDone;
}

int bench(const Arguments& given, Output& output) {
  const std::string id = given.text("model").value_or("tinycnn");
  require_known("network", id, zoo_ids(), {"tinycnn zoo lists them."});
  const double seconds = given.number("seconds").value_or(kBenchSeconds);
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  std::vector<int> counts{1};
  if (const auto wanted = given.integer("threads")) {
    counts = {static_cast<int>(*wanted)};
  } else if (cores > 1) {
    counts.push_back(std::min(cores, 4));
  }
  std::vector<Row> rows{{"threads", "images/s in training", "µs a prediction"}};
  for (const int count : counts) {
    ThreadPool threads(count);
    Trainer trainer(find_in_zoo(id).spec, {.batch_size = kBenchBatch}, threads);
    trainer.set_data(Split::kTrain, generate_digits(1, 0, kBenchImages));
    const double speed = training_speed(trainer, seconds);
    const double prediction = microseconds_a_prediction(trainer, std::min(1.0, seconds / 3.0));
    output.emit(Json::object()
                    .add("model", id)
                    .add("threads", std::int64_t{count})
                    .add("variant", "native")
                    .add("imagesPerSecond", speed)
                    .add("predictionMicroseconds", prediction));
    rows.push_back({std::to_string(count), grouped(speed), fixed(prediction, 1)});
  }
  output.say(id + ", mini-batches of 64 synthetic digits");
  output.say(table(rows, {0, 1, 2}));
  return kDone;
}

}  // namespace tinycnn::command

// SPDX-License-Identifier: MIT
// tinycnn evaluate and predict: what a network makes of images.
#include <algorithm>
#include <limits>
#include <numeric>
#include <span>
#include <tuple>

#include "commands.h"
#include "data.h"
#include "errors.h"
#include "files.h"
#include "images.h"
#include "networks.h"

namespace tinycnn::command {
namespace {

constexpr std::size_t kMostConfused = 5;

/// [label][predicted], as counts.
using Confusion = std::vector<std::span<const std::uint32_t>>;

Confusion rows_of(const std::vector<std::uint32_t>& counts, std::size_t classes) {
  Confusion rows;
  for (std::size_t label = 0; label < classes; ++label) {
    rows.push_back(std::span(counts).subspan(label * classes, classes));
  }
  return rows;
}

double sum(std::span<const std::uint32_t> counts) {
  return std::accumulate(counts.begin(), counts.end(), 0.0);
}

std::string class_table(const Confusion& confusion, const std::vector<std::string>& names) {
  std::vector<Row> rows{{"class", "images", "accuracy"}};
  for (std::size_t label = 0; label < names.size(); ++label) {
    const double images = sum(confusion[label]);
    rows.push_back({names[label], grouped(images),
                    images > 0.0 ? percent(confusion[label][label] / images) : ""});
  }
  return table(rows, {1, 2});
}

/// What is taken for what, most often first; empty where nothing is.
std::string confusion_table(const Confusion& confusion, const std::vector<std::string>& names) {
  struct Mistake {
    std::uint32_t count;
    std::size_t label;
    std::size_t predicted;
  };
  std::vector<Mistake> mistakes;
  for (std::size_t label = 0; label < names.size(); ++label) {
    for (std::size_t predicted = 0; predicted < names.size(); ++predicted) {
      if (const std::uint32_t count = confusion[label][predicted];
          count > 0 && label != predicted) {
        mistakes.push_back({count, label, predicted});
      }
    }
  }
  std::ranges::sort(mistakes, [](const Mistake& a, const Mistake& b) {
    return std::tie(b.count, a.label, a.predicted) < std::tie(a.count, b.label, b.predicted);
  });
  mistakes.resize(std::min(mistakes.size(), kMostConfused));
  std::vector<Row> rows;
  for (const auto& [count, label, predicted] : mistakes) {
    rows.push_back({names[label], "taken for", names[predicted], grouped(count) + " times"});
  }
  return rows.empty() ? "" : "\n\nMost often wrong:\n" + table(rows, {3});
}

Json confusion_json(const Confusion& confusion) {
  Json rows = Json::array();
  for (const std::span<const std::uint32_t> counts : confusion) {
    Json row = Json::array();
    for (const std::uint32_t count : counts) {
      row.push(std::int64_t{count});
    }
    rows.push(row);
  }
  return rows;
}

/// The most probable classes of one image.
struct Ranked {
  Json json = Json::array();
  Row cells;
};

Ranked rank(std::span<const float> probabilities, const std::vector<std::string>& names,
            std::size_t top) {
  std::vector<std::size_t> order(names.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return probabilities[a] != probabilities[b] ? probabilities[a] > probabilities[b] : a < b;
  });
  order.resize(std::min(top, order.size()));
  Ranked ranked;
  for (const std::size_t label : order) {
    ranked.json.push(
        Json::object().add("class", names[label]).add("probability", double{probabilities[label]}));
    ranked.cells.push_back(names[label] + " " + percent(double{probabilities[label]}, 1));
  }
  return ranked;
}

}  // namespace

int evaluate(const Arguments& given, Output& output) {
  const std::vector<std::string> data =
      require_data(given, "what should the network be tested on?");
  const std::string& path = given.positionals.front();
  const std::unique_ptr<ThreadPool> threads = make_threads(given);
  const OpenedNetwork opened = open_network(path, *threads);
  Trainer& trainer = *opened.trainer;
  require_readable(trainer.model().spec(), path);
  const LoadedData loaded = load_data(data, output);
  const std::string split = given.text("split").value_or("test");
  const std::vector<std::string> names = class_names(trainer);
  const LabelledImages set = split == "all" ? joined_sets(loaded.train, loaded.test)
                                            : (split == "train" ? loaded.train : loaded.test);
  trainer.set_data(Split::kTest, with_labels_of(names, set, loaded.classes));
  const Evaluation found =
      trainer.evaluate(Split::kTest, 0, std::numeric_limits<std::size_t>::max());
  const auto count = static_cast<double>(found.count);
  const double loss = found.loss_sum / count;
  const double accuracy = static_cast<double>(found.correct) / count;
  const Confusion confusion = rows_of(found.confusion, names.size());
  output.say("\n" + class_table(confusion, names) + confusion_table(confusion, names));
  output.tell("\naccuracy " + percent(accuracy) + " of " + grouped(count) + " images, loss " +
                  fixed(loss, 4),
              Json::object()
                  .add("model", path)
                  .add("split", split)
                  .add("precision", "float32")
                  .add("images", static_cast<std::int64_t>(found.count))
                  .add("loss", loss)
                  .add("accuracy", accuracy)
                  .add("classNames", json_array(names))
                  .add("confusion", confusion_json(confusion)));
  return kDone;
}

int predict(const Arguments& given, Output& output) {
  const std::string& path = given.positionals.front();
  const std::unique_ptr<ThreadPool> threads = make_threads(given);
  const OpenedNetwork opened = open_network(path, *threads);
  Trainer& trainer = *opened.trainer;
  const Shape input = trainer.model().spec().input;
  std::vector<NamedImage> images;
  for (std::size_t i = 1; i < given.positionals.size(); ++i) {
    read_images(given.positionals[i], input, images);
  }
  std::vector<float> pixels;
  for (const NamedImage& image : images) {
    pixels.insert(pixels.end(), image.pixels.begin(), image.pixels.end());
  }
  const std::vector<float> probabilities = trainer.predict_batch(pixels);
  const std::vector<std::string> names = class_names(trainer);
  const auto top = static_cast<std::size_t>(given.integer("top").value_or(3));
  std::vector<Row> rows;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const Ranked ranked =
        rank(std::span(probabilities).subspan(i * names.size(), names.size()), names, top);
    output.emit(Json::object().add("image", images[i].name).add("predictions", ranked.json));
    rows.push_back({images[i].name});
    rows.back().insert(rows.back().end(), ranked.cells.begin(), ranked.cells.end());
  }
  output.say(table(rows));
  return kDone;
}

}  // namespace tinycnn::command

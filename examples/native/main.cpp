// SPDX-License-Identifier: MIT
// train_idx FOLDER [EPOCHS] [CHECKPOINT]: trains a small convolutional network on the four IDX
// files of a folder (MNIST's, or others with the same names), classifies the first test images, and
// saves the network.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "tinycnn/dataset.h"
#include "tinycnn/thread_pool.h"
#include "tinycnn/trainer.h"
#include "tinycnn/zoo.h"

namespace {

using tinycnn::Dataset;
using tinycnn::Split;
using tinycnn::Trainer;

// The library reads and writes bytes in memory; files are the program's business.
std::vector<std::uint8_t> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot read " + path.string() + " (gzipped? gunzip it first)");
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_file(const std::filesystem::path& path, const std::vector<std::uint8_t>& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) {
    throw std::runtime_error("cannot write " + path.string());
  }
}

Dataset read_split(const std::filesystem::path& folder, const std::string& name, int classes) {
  return {tinycnn::read_idx_images(read_file(folder / (name + "-images-idx3-ubyte"))),
          tinycnn::read_idx_labels(read_file(folder / (name + "-labels-idx1-ubyte")), classes)};
}

void train_epoch(Trainer& trainer) {
  const tinycnn::TrainResult result =
      trainer.train_steps(static_cast<int>(trainer.steps_per_epoch()));
  if (result.divergence) {
    throw std::runtime_error(result.divergence->cause + " " + result.divergence->cure);
  }
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  const tinycnn::Evaluation test = trainer.evaluate(Split::kTest, 0, kAll);
  std::cout << "epoch " << result.epoch << ": training loss " << result.loss << ", test accuracy "
            << 100.0 * static_cast<double>(test.correct) / static_cast<double>(test.count)
            << " %\n";
}

void classify(Trainer& trainer, const Dataset& images, std::size_t index) {
  const std::uint8_t* first = images.pixels(index);
  const std::vector<float> pixels(first, first + images.height() * images.width());
  const std::vector<float> probabilities = trainer.predict(pixels);
  const auto best = std::ranges::max_element(probabilities);
  std::cout << "test image " << index << ": " << best - probabilities.begin()
            << " with probability " << *best << ", labelled " << int{images.label(index)} << '\n';
}

void run(const std::filesystem::path& folder, int epochs, const std::filesystem::path& checkpoint) {
  tinycnn::ThreadPool threads(static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
  tinycnn::TrainerOptions options;  // Adam with learning rate 0.001, mini-batches of 16
  options.seed = 1;  // the same seed gives the same weights, with any number of threads
  Trainer trainer(tinycnn::find_in_zoo("tinycnn").spec, options, threads);

  const int classes = trainer.model().classes();
  const Dataset test = read_split(folder, "t10k", classes);
  trainer.set_data(Split::kTrain, read_split(folder, "train", classes));
  trainer.set_data(Split::kTest, test);

  std::cout << std::fixed << std::setprecision(4);
  for (int epoch = 0; epoch < epochs; ++epoch) {
    train_epoch(trainer);
  }
  for (std::size_t index = 0; index < std::min<std::size_t>(test.size(), 5); ++index) {
    classify(trainer, test, index);
  }
  write_file(checkpoint, trainer.save());  // Trainer::load continues from it, bit-exactly
  std::cout << "saved " << checkpoint.string() << ", weights " << std::hex
            << trainer.model().parameter_hash() << '\n';
}

int parse_epochs(const std::string& text) {
  int epochs = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), epochs);
  if (error != std::errc{} || end != text.data() + text.size() || epochs < 1) {
    throw std::runtime_error("expected a number of epochs from 1, got " + text);
  }
  return epochs;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv, argv + argc);
  if (argc < 2 || argc > 4) {
    std::cerr << "usage: train_idx FOLDER [EPOCHS] [CHECKPOINT]\n";
    return 2;
  }
  try {
    run(arguments[1], argc > 2 ? parse_epochs(arguments[2]) : 3,
        argc > 3 ? arguments[3] : "checkpoint.tinycnn");
  } catch (const std::exception& error) {  // tinycnn::Error included
    std::cerr << "train_idx: " << error.what() << '\n';
    return 1;
  }
  return 0;
}

// SPDX-License-Identifier: MIT
// weights_hash STEPS IMAGES LABELS [THREADS]: trains TinyCNN with its published recipe and seed 1
// on two IDX files and prints the hash of all weights, to be compared between builds.
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <vector>

#include "threads/thread_pool.h"
#include "tinycnn/dataset.h"
#include "tinycnn/error.h"
#include "tinycnn/trainer.h"
#include "zoo.h"

namespace {

std::vector<std::uint8_t> read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    tinycnn::fail("[weights_hash] cannot read ", path);
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void print_hash(int steps, const char* images, const char* labels, int threads) {
  const tinycnn::ZooEntry& entry = tinycnn::find_in_zoo("tinycnn");
  tinycnn::ThreadPool pool(threads);
  tinycnn::Trainer trainer(entry.spec, entry.recipe.options, pool);
  trainer.set_data(tinycnn::Split::kTrain,
                   {tinycnn::read_idx_images(read_file(images)),
                    tinycnn::read_idx_labels(read_file(labels), trainer.model().classes())});
  trainer.train_steps(steps);
  std::cout << std::hex << std::setw(16) << std::setfill('0') << trainer.model().parameter_hash()
            << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4 || argc > 5) {
    std::cerr << "usage: weights_hash STEPS IMAGES LABELS [THREADS]\n";
    return 2;
  }
  try {
    print_hash(std::atoi(argv[1]), argv[2], argv[3], argc == 5 ? std::atoi(argv[4]) : 1);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}

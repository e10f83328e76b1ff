// SPDX-License-Identifier: MIT
#include "data.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "errors.h"
#include "files.h"
#include "tinycnn/digit_generator.h"
#include "tinycnn/error.h"

namespace tinycnn::command {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTrainCount = 60'000;
constexpr std::size_t kTestCount = 10'000;
constexpr std::size_t kAtOnce = 1'000;
constexpr double kTestShare = 1.0 / 6.0;
constexpr int kSide = 28;
constexpr int kMaxClasses = 256;

/// A published data set.
struct Published {
  std::string_view id;
  std::string_view title;
  const char* variable;  ///< of the environment, names its folder
  std::vector<std::string> classes;
};

const std::vector<Published>& published() {
  static const std::vector<Published> sets{
      {"mnist", "MNIST", "MNIST_DIR", {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}},
      {"fashion-mnist",
       "Fashion-MNIST",
       "FASHION_MNIST_DIR",
       {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
        "Ankle boot"}}};
  return sets;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it
  return value == nullptr ? "" : value;
}

/// Where the command in Node keeps what it has downloaded.
fs::path cache_folder() {
  if (const std::string own = environment("TINYCNN_CACHE"); !own.empty()) {
    return own;
  }
  if (const std::string shared = environment("XDG_CACHE_HOME"); !shared.empty()) {
    return fs::path(shared) / "tinycnn";
  }
  return fs::path(environment("HOME")) / ".cache" / "tinycnn";
}

/// A file's name with .gz where that is what is there.
std::string idx_path(const fs::path& folder, const std::string& name) {
  const std::string path = (folder / name).string();
  return file_exists(path) || !file_exists(path + ".gz") ? path : path + ".gz";
}

bool is_idx(const Bytes& bytes, std::uint8_t kind) {
  return bytes.size() > 3 && bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 8 && bytes[3] == kind;
}

/// An IDX file that was opened.
struct IdxFile {
  std::string path;
  Bytes bytes;
};

Images images_of(const IdxFile& file) {
  try {
    return read_idx_images(file.bytes);
  } catch (const Error& error) {
    throw Failure(file.path + ": " + error.what());
  }
}

std::vector<std::uint8_t> labels_of(const IdxFile& file, int classes = kMaxClasses) {
  try {
    return read_idx_labels(file.bytes, classes);
  } catch (const Error& error) {
    throw Failure(file.path + ": " + error.what());
  }
}

constexpr std::string_view kExpected =
    "IDX data sets consist of a file of images and a file of labels, and two more if there is a "
    "test set: two files or four";

bool is_visible_file(const fs::directory_entry& entry) {
  return entry.is_regular_file() && !entry.path().filename().string().starts_with(".");
}

void collect(const std::string& name, std::vector<IdxFile>& files) {
  std::error_code error;
  if (!fs::is_directory(name, error)) {
    if (!file_exists(name)) {
      std::vector<std::string> known{"generated"};
      for (const Published& set : published()) {
        known.emplace_back(set.id);
      }
      throw Failure(
          name + " cannot be read: there is no such file or folder" + suggestion(name, known),
          {"Data sets that have a name: " + joined(known, ", ") + "."});
    }
    files.push_back({name, read_decompressed(name)});
    return;
  }
  std::vector<std::string> paths;
  for (const fs::directory_entry& entry : fs::directory_iterator(name, error)) {
    if (is_visible_file(entry)) {
      paths.push_back(entry.path().string());
    }
  }
  std::ranges::sort(paths);
  for (const std::string& path : paths) {
    files.push_back({path, read_decompressed(path)});
  }
}

struct Pair {
  std::string images_path;
  std::string labels_path;
  LabelledImages set;
};

bool says_test(const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  return name.find("t10k") != std::string::npos || name.find("test") != std::string::npos;
}

/// The training set first: the larger one; of two equal ones that whose name does not say "test".
template <class Opened, class Count>
void put_train_first(std::vector<Opened>& files, const Count& count) {
  if (files.size() != 2) {
    return;
  }
  const auto [first, second] = std::pair(count(files[0]), count(files[1]));
  if (second > first ||
      (second == first && says_test(files[0].path) && !says_test(files[1].path))) {
    std::swap(files[0], files[1]);
  }
}

struct ImagesFile {
  std::string path;
  Images images;
};
struct LabelsFile {
  std::string path;
  std::vector<std::uint8_t> labels;
};

std::vector<Pair> pair_up(const std::vector<IdxFile>& files) {
  std::vector<ImagesFile> images;
  std::vector<LabelsFile> labels;
  for (const IdxFile& file : files) {
    if (is_idx(file.bytes, 3)) {
      images.push_back({file.path, images_of(file)});
    } else if (is_idx(file.bytes, 1)) {
      labels.push_back({file.path, labels_of(file)});
    } else {
      throw Failure(file.path + " is not an IDX file of images or labels.",
                    {std::string(kExpected) + ".",
                     "npx tinycnn reads CSV tables, folders of PNG images and zip archives too."});
    }
  }
  if (images.size() != labels.size() || images.empty() || images.size() > 2) {
    throw Failure(std::string(kExpected) + ". These are " + std::to_string(images.size()) +
                  " of images and " + std::to_string(labels.size()) + " of labels.");
  }
  put_train_first(images, [](const ImagesFile& file) { return std::ptrdiff_t{file.images.count}; });
  put_train_first(labels, [](const LabelsFile& file) { return std::ssize(file.labels); });
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (std::cmp_not_equal(images[i].images.count, labels[i].labels.size())) {
      throw Failure("Images and labels do not match: " + images[i].path + " holds " +
                    std::to_string(images[i].images.count) + " images, but " + labels[i].path +
                    " holds " + std::to_string(labels[i].labels.size()) + " labels.");
    }
    pairs.push_back({images[i].path,
                     labels[i].path,
                     {std::move(images[i].images), std::move(labels[i].labels)}});
  }
  return pairs;
}

/// Labels become positions among those that the training images have.
void number_classes(std::vector<Pair>& pairs, std::vector<std::string>& classes) {
  const auto& train = pairs.front().set.labels;
  std::map<std::uint8_t, std::uint8_t> positions;
  for (const std::uint8_t label : std::set<std::uint8_t>(train.begin(), train.end())) {
    positions[label] = static_cast<std::uint8_t>(positions.size());
    classes.push_back(std::to_string(label));
  }
  if (classes.size() < 2) {
    throw Failure("All images are of one class, " + classes.front() +
                  ". At least two classes are needed.");
  }
  for (Pair& pair : pairs) {
    for (std::uint8_t& label : pair.set.labels) {
      const auto position = positions.find(label);
      if (position == positions.end()) {
        throw Failure(pair.labels_path + ": an image is labelled " + std::to_string(label) +
                      ", of which there are no training images.");
      }
      label = position->second;
    }
  }
}

LoadedData load_files(const std::vector<std::string>& names) {
  std::vector<IdxFile> files;
  for (const std::string& name : names) {
    collect(name, files);
  }
  std::vector<Pair> pairs = pair_up(files);
  LoadedData data{.title = "Your files"};
  number_classes(pairs, data.classes);
  for (const Pair& pair : pairs) {
    if (pair.set.images.height != kSide || pair.set.images.width != kSide) {
      throw Failure(pair.images_path + ": expected images of 28x28, got " +
                        std::to_string(pair.set.images.height) + "x" +
                        std::to_string(pair.set.images.width) + ".",
                    {"npx tinycnn fits images of other sizes to 28x28."});
    }
  }
  data.train = std::move(pairs.front().set);
  if (pairs.size() > 1) {
    data.test = std::move(pairs.back().set);
    return data;
  }
  HeldOut parts = hold_out(data.train, kTestShare);
  data.train = std::move(parts.train);
  data.test = std::move(parts.validation);
  data.note =
      "There was no test set, so a sixth of each class is used as the test set, always the same "
      "images.";
  return data;
}

LoadedData load_published(const Published& set) {
  const std::string own = environment(set.variable);
  const fs::path folder = own.empty() ? cache_folder() / "data" / set.id : fs::path(own);
  LoadedData data{.title = std::string(set.title), .classes = set.classes};
  for (const auto& [part, name] : {std::pair{&data.train, "train"}, {&data.test, "t10k"}}) {
    const std::string images = idx_path(folder, std::string(name) + "-images-idx3-ubyte");
    const std::string labels = idx_path(folder, std::string(name) + "-labels-idx1-ubyte");
    for (const std::string& path : {images, labels}) {
      if (!file_exists(path)) {
        throw Failure(
            path + " is not there.",
            {"Set " + std::string(set.variable) +
                 " to a folder with its four files, gzipped or not.",
             "npx tinycnn downloads them to " + (cache_folder() / "data" / set.id).string() + "."});
      }
    }
    part->images = images_of({images, read_decompressed(images)});
    part->labels =
        labels_of({labels, read_decompressed(labels)}, static_cast<int>(set.classes.size()));
  }
  return data;
}

LabelledImages drawn(std::uint64_t seed, std::size_t count, std::size_t before, Output& output) {
  LabelledImages set;
  set.images.height = kSide;
  set.images.width = kSide;
  constexpr std::size_t kPixels = std::size_t{kSide} * kSide;
  for (std::size_t first = 0; first < count; first += kAtOnce) {
    const Dataset part = generate_digits(seed, first, std::min(kAtOnce, count - first));
    for (std::size_t i = 0; i < part.size(); ++i) {
      set.images.pixels.insert(set.images.pixels.end(), part.pixels(i), part.pixels(i) + kPixels);
      set.labels.push_back(part.label(i));
    }
    const std::size_t done = before + set.labels.size();
    output.progress("Drawing data",
                    static_cast<double>(done) / static_cast<double>(kTrainCount + kTestCount),
                    grouped(static_cast<double>(done)) + " images");
  }
  set.images.count = static_cast<int>(set.labels.size());
  return set;
}

LoadedData load_generated(Output& output) {
  LoadedData data{.title = "Synthetic digits", .classes = published().front().classes};
  data.train = drawn(1, kTrainCount, 0, output);
  data.test = drawn(2, kTestCount, kTrainCount, output);
  return data;
}

LoadedData load(const std::vector<std::string>& names, Output& output) {
  if (names.size() == 1) {
    if (names.front() == "generated") {
      return load_generated(output);
    }
    for (const Published& set : published()) {
      if (names.front() == set.id) {
        return load_published(set);
      }
    }
  }
  return load_files(names);
}

/// 32 random bits for an index, by rounds of multiply and xor-shift as in MurmurHash3's finalizer;
/// the package's holdOut with its seed of 1.
std::uint32_t random_word(std::uint32_t index) {
  std::uint32_t word = index * 0x9E3779B1U ^ 0x85EBCA6BU;
  for (const std::uint32_t factor : {0x85EBCA6BU, 0xC2B2AE35U, 0x27D4EB2FU}) {
    word = (word ^ word >> 15U) * factor;
    word ^= word >> 13U;
  }
  return word;
}

LabelledImages take(const LabelledImages& all, const std::vector<std::size_t>& indices) {
  LabelledImages some;
  some.images = {.count = static_cast<int>(indices.size()),
                 .channels = all.images.channels,
                 .height = all.images.height,
                 .width = all.images.width,
                 .pixels = {}};
  const std::size_t size = all.images.pixels.size() / all.labels.size();
  for (const std::size_t index : indices) {
    const auto first = all.images.pixels.begin() + static_cast<std::ptrdiff_t>(index * size);
    some.images.pixels.insert(some.images.pixels.end(), first,
                              first + static_cast<std::ptrdiff_t>(size));
    some.labels.push_back(all.labels[index]);
  }
  return some;
}

}  // namespace

LoadedData load_data(const std::vector<std::string>& names, Output& output) {
  LoadedData data = load(names, output);
  output.clear();
  const auto count = [](const LabelledImages& set) {
    return grouped(static_cast<double>(set.labels.size()));
  };
  output.say(data.title + ": " + count(data.train) + " training images, " + count(data.test) +
             " test images, " + std::to_string(data.classes.size()) + " classes");
  if (!data.note.empty()) {
    output.say("  " + data.note);
  }
  return data;
}

HeldOut hold_out(const LabelledImages& all, double share) {
  std::map<std::uint8_t, std::vector<std::size_t>> by_class;
  for (std::size_t i = 0; i < all.labels.size(); ++i) {
    by_class[all.labels[i]].push_back(i);
  }
  std::set<std::size_t> held;
  for (auto& [label, indices] : by_class) {
    const double wanted = std::floor(static_cast<double>(indices.size()) * share + 0.5);
    const std::size_t count =
        std::min(indices.size() - 1, std::max<std::size_t>(1, static_cast<std::size_t>(wanted)));
    std::ranges::sort(indices, {}, [](std::size_t index) {
      return std::pair(random_word(static_cast<std::uint32_t>(index)), index);
    });
    held.insert(indices.begin(), indices.begin() + static_cast<std::ptrdiff_t>(count));
  }
  if (held.empty()) {
    throw Failure("expected a class with at least two images, none among " +
                  std::to_string(all.labels.size()) + " images");
  }
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < all.labels.size(); ++i) {
    if (!held.contains(i)) {
      kept.push_back(i);
    }
  }
  return {take(all, kept), take(all, {held.begin(), held.end()})};
}

bool are_digits(const std::vector<std::string>& classes) {
  return classes == published().front().classes;
}

LabelledImages joined_sets(const LabelledImages& a, const LabelledImages& b) {
  LabelledImages both = a;
  both.images.count += b.images.count;
  both.images.pixels.insert(both.images.pixels.end(), b.images.pixels.begin(),
                            b.images.pixels.end());
  both.labels.insert(both.labels.end(), b.labels.begin(), b.labels.end());
  return both;
}

Dataset with_labels_of(const std::vector<std::string>& network_classes, const LabelledImages& set,
                       const std::vector<std::string>& classes) {
  std::vector<std::uint8_t> positions;
  std::vector<std::string> unknown;
  for (const std::string& name : classes) {
    const auto at = std::ranges::find(network_classes, name);
    positions.push_back(static_cast<std::uint8_t>(at - network_classes.begin()));
    if (at == network_classes.end()) {
      unknown.push_back(name);
    }
  }
  if (!unknown.empty()) {
    unknown.resize(std::min<std::size_t>(unknown.size(), 5));
    throw Failure("The network does not know " + joined(unknown, ", ") + ": its classes are " +
                  joined(network_classes, ", ") + ".");
  }
  std::vector<std::uint8_t> labels = set.labels;
  for (std::uint8_t& label : labels) {
    label = positions[label];
  }
  return {set.images, std::move(labels)};
}

}  // namespace tinycnn::command

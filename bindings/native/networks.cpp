// SPDX-License-Identifier: MIT
#include "networks.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>
#include <thread>

#include "errors.h"
#include "files.h"
#include "texts.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/error.h"
#include "tinycnn/zoo.h"

namespace tinycnn::command {
namespace {

constexpr int kUsualThreads = 4;
constexpr std::string_view kRunStart = "TINYCNN\n";
constexpr Shape kReadable{1, 28, 28};

/// Calls work, and says which file an error of the library is about.
template <class Work>
auto about(const std::string& path, const Work& work) {
  try {
    return work();
  } catch (const Error& error) {
    throw Failure(path + ": " + error.what());
  }
}

}  // namespace

std::unique_ptr<ThreadPool> make_threads(const Arguments& given) {
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const auto wanted = given.integer("threads");
  return std::make_unique<ThreadPool>(wanted ? static_cast<int>(*wanted)
                                             : std::min(cores, kUsualThreads));
}

bool is_run(const std::vector<std::uint8_t>& bytes) {
  return bytes.size() >= kRunStart.size() &&
         std::memcmp(bytes.data(), kRunStart.data(), kRunStart.size()) == 0;
}

std::unique_ptr<Trainer> open_run(const std::string& path, const std::vector<std::uint8_t>& bytes,
                                  Executor& executor) {
  return about(path, [&] { return std::make_unique<Trainer>(decode_checkpoint(bytes), executor); });
}

OpenedNetwork open_network(const std::string& path, Executor& executor,
                           const ImportOptions& options) {
  const Bytes bytes = read_bytes(path);
  if (bytes.empty()) {
    throw Failure(path + " is empty.");
  }
  if (is_run(bytes)) {
    return {open_run(path, bytes, executor), std::nullopt};
  }
  return about(path, [&] {
    OpenedNetwork opened{.trainer = nullptr, .imported = import_model(bytes, options)};
    const TrainedModel& model = opened.imported->model;
    const TrainerOptions kept{.normalization = model.options.normalization,
                              .class_names = model.options.class_names};
    opened.trainer = std::make_unique<Trainer>(model.spec, kept, executor);
    opened.trainer->set_parameters(model.parameters);
    return opened;
  });
}

std::vector<std::string> zoo_ids() {
  std::vector<std::string> ids;
  for (const ZooEntry& entry : zoo()) {
    ids.emplace_back(entry.id);
  }
  return ids;
}

ModelSpec read_spec(const std::string& name) {
  const std::vector<std::string> ids = zoo_ids();
  if (std::ranges::find(ids, name) != ids.end()) {
    return find_in_zoo(name).spec;
  }
  if (name.find_first_of("./\\") == std::string::npos) {
    require_known("network", name, ids,
                  {"tinycnn zoo lists them. A spec of your own is a .json file."});
  }
  const Bytes bytes = read_bytes(name);
  return about(name, [&] {
    ModelSpec spec =
        model_spec_from_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, name);
    summarize(spec);
    return spec;
  });
}

void require_readable(const ModelSpec& spec, const std::string& name) {
  if (spec.input == kReadable) {
    return;
  }
  const auto [channels, height, width] = spec.input;
  throw Failure(name + " reads images of " + std::to_string(channels) + "x" +
                std::to_string(height) + "x" + std::to_string(width) +
                " (channels, height, width); this command gives 1x28x28, grey.");
}

std::vector<std::string> class_names(const Trainer& trainer) {
  std::vector<std::string> names = trainer.options().class_names;
  for (int i = 0; names.empty() || std::ssize(names) < trainer.model().classes(); ++i) {
    names.push_back(std::to_string(i));
  }
  return names;
}

std::string weights_of(Trainer& trainer) {
  std::uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a
  for (const NamedTensor& tensor : trainer.evaluated_parameters()) {
    const std::span<const float> values(tensor.data);
    for (const std::byte byte : std::as_bytes(values)) {
      hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001B3U;
    }
  }
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) {
    text += "0123456789abcdef"[hash >> shift & 15U];
  }
  return text;
}

std::vector<std::string> require_data(const Arguments& given, const std::string& why) {
  if (given.has("data")) {
    return given.values.find("data")->second;
  }
  throw UsageError("--data is missing: " + why,
                   {"Give mnist, fashion-mnist, generated, or files and folders of your own, such "
                    "as --data digits/."});
}

}  // namespace tinycnn::command

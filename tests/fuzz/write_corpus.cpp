// SPDX-License-Identifier: MIT
// Writes the corpus that fuzzing starts from: models of every layer type, models that once trapped,
// hung or passed in 32-bit WebAssembly, checkpoints, and exported files. The files of PyTorch and
// the graphs as other programs write them are not made here.
//   write_corpus FOLDER
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "fuzz/run_bytes.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/model_export.h"
#include "tinycnn/quantized_model.h"

namespace {

using namespace tinycnn;        // NOLINT: a program, not a header
using namespace tinycnn::test;  // NOLINT
using Bytes = std::vector<std::uint8_t>;

void write(const std::filesystem::path& file, const Bytes& bytes) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),  // NOLINT: bytes of a file
             static_cast<std::streamsize>(bytes.size()));
}

/// Layers named as the fuzzer names them.
ModelSpec renamed(ModelSpec spec) {
  std::vector<std::string> before;
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    LayerSpec& layer = spec.layers[i];
    before.push_back(layer.name);
    layer.name = fuzz::layer_name(static_cast<int>(i));
    for (std::string& source : layer.from) {
      for (std::size_t j = 0; j < i; ++j) {
        if (source == before[j]) {
          source = fuzz::layer_name(static_cast<int>(j));
          break;
        }
      }
    }
  }
  return spec;
}

/// With weights that are rounded to int8.
LayerSpec rounding(LayerSpec layer) {
  layer.input_scale = 0.01;
  return layer;
}

struct Named {
  std::string name;
  ModelSpec spec;
};

std::vector<Named> models() {
  const LayerSpec gap = plain("gap", LayerType::kGlobalAvgPool2d);
  const LayerSpec fc = linear("fc", 10);
  const auto padded_pool = [](Size2d kernel) {
    return pool2d("pool", LayerType::kMaxPool2d, kernel, {}, {kernel.height / 2, kernel.width / 2});
  };
  std::vector<LayerSpec> activations{conv2d("conv", 8, {3, 3}, {.padding = {1, 1}})};
  for (const LayerType type : {LayerType::kLeakyReLU, LayerType::kSigmoid, LayerType::kTanh,
                               LayerType::kSiLU, LayerType::kGELU, LayerType::kReLU6}) {
    activations.push_back(plain(std::string(to_string(type)), type));
  }
  activations.insert(activations.end(),
                     {conv2d("wide", 16, {3, 3}), gap, fc, plain("softmax", LayerType::kSoftmax)});
  return {
      {"small", small_model()},
      {"branched", branched_model()},
      {"activations", model({1, 8, 8}, activations)},
      {"padded-pool-traps", model({32, 1, 1}, {padded_pool({4096, 4096}), gap, fc})},
      {"padded-pool-poisons",
       model({1, 512, 256}, {conv2d("conv", 64, {1, 1}), padded_pool({3584, 1792}), gap, fc})},
      {"input-of-2-to-32", model({256, 4096, 4096}, {gap, fc})},
      {"long-stride",
       model({1, 4096, 1500}, {conv2d("conv", 11, {1, 1}),
                               conv2d("strided", 11, {1, 1}, {.stride = {4096, 1500}}), gap, fc})},
      {"large-kernel", model({2, 28, 28}, {conv2d("conv", 2, {1, 1}), conv2d("all", 8, {28, 28}),
                                           flatten("flatten"), fc})},
      {"winograd-scratch",
       model({1 << 14, 1, 4096}, {conv2d("conv", 8, {3, 3}, {.padding = {1, 1}}), gap, fc})},
      {"many-pool-windows",
       model({1, 512, 512}, {pool2d("pool", LayerType::kMaxPool2d, {255, 255}, {1, 1}), gap, fc})},
      {"rounding",
       model({1, 8, 8}, {rounding(conv2d("conv", 4, {3, 3})),
                         relu("relu"),
                         {.name = "round", .type = LayerType::kFakeQuantize, .scale = 0.01},
                         flatten("flatten"),
                         rounding(fc)})},
      {"gated", model({1, 8, 9}, {zero_pad2d("pad", {1, 0, 2, 3}),
                                  conv2d("conv", 4, {3, 2}, {.dilation = {2, 3}}), gap,
                                  from({"conv", "gap"}, plain("multiply", LayerType::kMultiply)),
                                  flatten("flatten"), fc})},
      {"dilation-traps",
       model({1, 4096, 4},
             {conv2d("conv", 2, {2, 2}, {.padding = {4096, 4096}, .dilation = {4096, 4096}}),
              zero_pad2d("pad", {4096, 4096, 4096, 4096}), gap, fc})},
      {"depthwise", model({192, 4, 4}, {conv2d("conv", 192, {3, 3}, {.groups = 192}), gap, fc})},
  };
}

/// Behind a byte that says the version, a checkpoint's payload.
Bytes payload(const ModelSpec& spec, const TrainerOptions& options,
              const PruneOptions& pruning = {}) {
  SerialExecutor executor;
  Trainer trainer(spec, options, executor);
  trainer.prune(pruning);
  const Bytes whole = trainer.save();
  constexpr std::ptrdiff_t kHeader = 20;
  constexpr std::ptrdiff_t kTrailer = 8;
  Bytes bytes{whole[8]};
  bytes.insert(bytes.end(), whole.begin() + kHeader, whole.end() - kTrailer);
  return bytes;
}

/// Files of networks of a few weights, as they are exported.
void write_exports(const std::filesystem::path& folder) {
  const ModelSpec images = model(
      {1, 4, 4}, {conv2d("conv", 2, {3, 3}), batch_norm2d("bn"), plain("silu", LayerType::kSiLU),
                  plain("gap", LayerType::kGlobalAvgPool2d), linear("fc", 2)});
  const ModelSpec vectors =
      model({1, 2, 2}, {flatten("flatten"), linear("fc1", 2), plain("gelu", LayerType::kGELU),
                        from("flatten", linear("fc2", 2)), plain("softmax", LayerType::kSoftmax)});
  SerialExecutor executor;
  for (const auto& [name, spec] : {std::pair{"images", images}, std::pair{"vectors", vectors}}) {
    Trainer trainer(spec, {.class_names = {"a", "b"}}, executor);
    const TrainedModel trained = trained_model(trainer);
    for (const ExportFormat format :
         {ExportFormat::kOnnx, ExportFormat::kSafetensors, ExportFormat::kJson}) {
      write(folder / to_string(format) / name, export_model(trained, {.format = format}));
    }
  }
  Trainer trainer(images, {}, executor);
  const Images calibration{
      .count = 1, .height = 4, .width = 4, .pixels = std::vector<std::uint8_t>(16, 255)};
  write(folder / "onnx" / "int8", export_model(QuantizedModel(trained_model(trainer), calibration),
                                               {.format = ExportFormat::kOnnx}));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "write_corpus: expected a folder\n");
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  for (const auto& [name, spec] : models()) {
    write(folder / "model_spec" / name, fuzz::write_run({renamed(spec), {}, 9}));
  }
  const ModelSpec tiny = model({1, 2, 2}, {flatten("flatten"), from("flatten", linear("fc", 2))});
  write(folder / "checkpoint" / "adam", payload(tiny, {}));
  write(folder / "checkpoint" / "sgd-average",
        payload(tiny, {.optimizer = {.type = OptimizerType::kSgd},
                       .schedule = {.type = ScheduleType::kOneCycle, .total_steps = 9},
                       .ema_decay = 0.5,
                       .augment = {.degrees = 5.0},
                       .class_names = {"a", "b"}}));
  write(folder / "checkpoint" / "batch-norm",
        payload(model({2, 3, 3}, {conv2d("conv", 2, {2, 2}), batch_norm2d("bn"),
                                  plain("gap", LayerType::kGlobalAvgPool2d), linear("fc", 2)}),
                {}));
  write(folder / "checkpoint" / "pruned",
        payload(tiny, {}, {.sparsity = 0.5, .schedule = {.steps = 2, .frequency = 1}}));
  write_exports(folder);
}

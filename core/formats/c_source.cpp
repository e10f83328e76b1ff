// SPDX-License-Identifier: MIT
// A network as one C99 header: weights, the functions that it needs, and <name>_predict. Everything
// is static, so that it can be included wherever it is used.
#include <algorithm>
#include <array>
#include <utility>

#include "formats/c_kernels.h"
#include "formats/c_text.h"
#include "formats/inference_graph.h"
#include "formats/inference_memory.h"
#include "formats/writers.h"
#include "support/text.h"

namespace tinycnn {
namespace {

/// A function of single values, or of a vector's.
struct Function {
  LayerType type;
  std::string_view name;
  std::string_view value;  // of x, in C
};

constexpr std::array kFunctions{
    Function{LayerType::kReLU, "relu", "x < 0.0f ? 0.0f : x"},
    Function{LayerType::kReLU6, "relu6", "x < 0.0f ? 0.0f : x > 6.0f ? 6.0f : x"},
    Function{LayerType::kSigmoid, "sigmoid", "1.0f / (1.0f + expf(-x))"},
    Function{LayerType::kTanh, "tanh", "tanhf(x)"},
    Function{LayerType::kSiLU, "silu", "x / (1.0f + expf(-x))"},
    Function{LayerType::kGELU, "gelu", "0.5f * x * (1.0f + erff(x * 0.70710678f))"},
    Function{LayerType::kSoftmax, "softmax", "expf(x) / sum"},
    Function{LayerType::kLogSoftmax, "log_softmax", "x - logf(sum)"},
};

bool needs_math(LayerType type) {
  return std::ranges::find(kFunctions, type, &Function::type) != kFunctions.end() &&
         type != LayerType::kReLU && type != LayerType::kReLU6;
}

bool has_window(LayerType type) {
  return type == LayerType::kConv2d || type == LayerType::kMaxPool2d ||
         type == LayerType::kAvgPool2d || type == LayerType::kGlobalAvgPool2d;
}

class CWriter {
 public:
  CWriter(const TrainedNetwork& network, const ExportOptions& options)
      : network_(network), graph_(network), source_(to_identifier(options.name)) {
    UniqueNames names;
    for (const InferenceStep& step : graph_.steps()) {
      names_.push_back(names.take(to_identifier(step.name)));
    }
    find_fused();
    memory_ = plan_memory(graph_, fused_);
    write_comment(options);
  }

  std::string write() {
    source_.add("#ifndef $header_included\n#define $header_included\n\n");
    write_includes();
    source_.add(concat("enum { $inputs = ", graph_.output_of(-1).size(), ", $classes = ",
                       network_.summary().classes, ", $arena_floats = ", memory_.size, " };\n\n"));
    source_.class_names(network_.class_names());
    source_.flash_macro();
    write_functions();
    for (int i = 0; i <= graph_.result(); ++i) {
      write_constants(i);
    }
    write_predict();
    source_.add("\n#endif\n");
    return source_.text();
  }

 private:
  [[nodiscard]] const std::string& name_of(int index) const {
    return names_[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] bool is_fused(int index) const {
    return index >= 0 && fused_[static_cast<std::size_t>(index)];
  }

  /// A convolution is computed within the max-pool that alone reads it, unless that would compute
  /// outputs twice.
  void find_fused() {
    for (const InferenceStep& step : graph_.steps()) {
      const std::span<const int> readers = graph_.readers(static_cast<int>(fused_.size()));
      bool fuses = step.type == LayerType::kConv2d && readers.size() == 1;
      if (fuses) {
        const LayerSpec& pool = graph_.step(readers.front()).spec;
        fuses = pool.type == LayerType::kMaxPool2d && pool.padding == Size2d{} &&
                pool.stride.height >= pool.kernel_size.height &&
                pool.stride.width >= pool.kernel_size.width;
      }
      fused_.push_back(fuses);
    }
  }

  /// Bytes of constants.
  [[nodiscard]] std::size_t flash() const {
    const std::size_t window_bytes = (is_dilated() ? 16 : 14) * sizeof(std::int32_t);
    std::size_t bytes = 0;
    for (const InferenceStep& step : graph_.steps()) {
      bytes += (step.weights.weight.size() + step.weights.bias.size()) * sizeof(float);
      bytes += has_window(step.type) ? window_bytes : 0;
    }
    return bytes;
  }

  void write_comment(const ExportOptions& options) {
    source_.head({.name = options.name,
                  .input = network_.summary().input,
                  .classes = network_.summary().classes,
                  .parameters = static_cast<std::size_t>(network_.summary().parameter_count),
                  .flash = flash(),
                  .ram = memory_.size * sizeof(float),
                  .macs = network_.summary().macs,
                  .test_accuracy = options.test_accuracy,
                  .weights_hash = hash_of(network_.model().parameters),
                  .scores = "",
                  .score_type = "float",
                  .score_format = "%f"});
  }

  void write_includes() {
    source_.add("#include <stdint.h>\n");
    if (uses(LayerType::kConcat)) {
      source_.add("#include <string.h>\n");
    }
    if (std::ranges::any_of(graph_.steps(), needs_math, &InferenceStep::type)) {
      source_.add("#include <math.h>\n");
    }
    source_.add("\n");
  }

  [[nodiscard]] bool uses(LayerType type) const {
    return std::ranges::find(graph_.steps(), type, &InferenceStep::type) != graph_.steps().end();
  }

  /// Whether a kernel has holes.
  [[nodiscard]] bool is_dilated() const {
    return std::ranges::any_of(graph_.steps(), [](const InferenceStep& step) {
      return step.type == LayerType::kConv2d && step.spec.dilation != Size2d{1, 1};
    });
  }

  void write_functions() {
    const Normalization& normalization = network_.model().options.normalization;
    const bool fuses = std::ranges::find(fused_, true) != fused_.end();
    const bool has_plain_conv2d = count_conv2d() > std::ranges::count(fused_, true);
    if (std::ranges::any_of(graph_.steps(), has_window, &InferenceStep::type)) {
      source_.add(replaced(c_kernels::kWindow, "DILATION",
                           is_dilated() ? c_kernels::kDilation : std::string_view{}));
    }
    source_.add(replaced(replaced(c_kernels::kNormalize, "$mean", to_c(normalization.mean)), "$std",
                         to_c(normalization.std)));
    if (uses(LayerType::kConv2d)) {
      source_.add(is_dilated() ? c_kernels::kDilatedConv2dAt : c_kernels::kConv2dAt);
    }
    source_.add(uses(LayerType::kZeroPad2d) ? c_kernels::kZeroPad2d : std::string_view{});
    source_.add(has_plain_conv2d ? c_kernels::kConv2d : std::string_view{});
    source_.add(fuses ? c_kernels::kConv2dMaxPool2d : std::string_view{});
    source_.add(uses(LayerType::kLinear) ? c_kernels::kLinear : std::string_view{});
    source_.add(uses(LayerType::kBatchNorm2d) ? c_kernels::kBatchNorm2d : std::string_view{});
    source_.add(uses(LayerType::kAdd) ? c_kernels::kAdd : std::string_view{});
    source_.add(uses(LayerType::kMultiply) ? c_kernels::kMultiply : std::string_view{});
    write_pools();
    for (const Function& function : kFunctions) {
      if (uses(function.type)) {
        const bool sums =
            function.type == LayerType::kSoftmax || function.type == LayerType::kLogSoftmax;
        const std::string text = replaced(sums ? c_kernels::kSoftmax : c_kernels::kElementwise,
                                          "FUNCTION", function.name);
        source_.add(replaced(text, sums ? "RESULT" : "VALUE", function.value));
      }
    }
    write_leaky_relus();
  }

  [[nodiscard]] std::ptrdiff_t count_conv2d() const {
    return std::ranges::count(graph_.steps(), LayerType::kConv2d, &InferenceStep::type);
  }

  void write_pools() {
    const auto write = [&](std::string_view name, std::string_view begin, std::string_view step,
                           std::string_view end) {
      std::string text = replaced(c_kernels::kPool2d, "POOL", name);
      text = replaced(text, "BEGIN", begin);
      source_.add(replaced(replaced(text, "STEP", step), "END", end));
    };
    bool has_max_pool = false;  // that is not computed with the convolution before it
    for (const InferenceStep& step : graph_.steps()) {
      has_max_pool |= step.type == LayerType::kMaxPool2d && !is_fused(step.inputs.front());
    }
    if (has_max_pool) {
      write("max_pool2d", "-3.4e38f", "value = pixel > value ? pixel : value;", "value");
    }
    if (uses(LayerType::kAvgPool2d) || uses(LayerType::kGlobalAvgPool2d)) {
      write("avg_pool2d", "0.0f", "value += pixel;", "value / (float)(w->rows * w->columns)");
    }
  }

  void write_leaky_relus() {
    for (int i = 0; i <= graph_.result(); ++i) {
      if (graph_.step(i).type == LayerType::kLeakyReLU) {
        const std::string text =
            replaced(c_kernels::kElementwise, "FUNCTION", name_of(i) + "_leaky_relu");
        source_.add(
            replaced(text, "VALUE",
                     concat("x < 0.0f ? ", to_c(graph_.step(i).spec.negative_slope), " * x : x")));
      }
    }
  }

  void write_constants(int index) {
    const InferenceStep& step = graph_.step(index);
    const std::string& name = name_of(index);
    if (has_window(step.type)) {
      write_window(name, step);
    }
    if (!step.weights.weight.empty()) {
      source_.array(name + "_weight", step.weights.weight);
      source_.array(name + "_bias", step.weights.bias);
    }
  }

  void write_window(const std::string& name, const InferenceStep& step) {
    const LayerSpec& spec = step.spec;
    const bool convolves = step.type == LayerType::kConv2d;
    source_.add(concat("\nstatic const $FLASH $window $", name, "_window = {"));
    std::string_view separator;
    for (const int value :
         {step.input.channels, step.input.height, step.input.width, step.output.channels,
          spec.kernel_size.height, spec.kernel_size.width, spec.stride.height, spec.stride.width,
          spec.padding.height, spec.padding.width, convolves ? spec.groups : 1, step.relu ? 1 : 0,
          step.output.height, step.output.width}) {
      source_.add(concat(separator, value));
      separator = ", ";
    }
    if (is_dilated()) {
      source_.add(concat(", ", spec.dilation.height, ", ", spec.dilation.width));
    }
    source_.add("};\n");
  }

  void write_predict() {
    source_.add(concat(
        "\n/* Returns the class of an image. pixels: [", network_.summary().input.channels, "][",
        network_.summary().input.height, "][", network_.summary().input.width,
        "]; scores: the output of the last layer. */\n"
        "static inline int $predict(const uint8_t pixels[$inputs], float scores[$classes]) {\n"
        "  static float arena[$arena_floats];\n  int label = 0, i;\n"
        "  $normalize(pixels, ",
        place(-1), ", $inputs);\n"));
    for (int i = 0; i <= graph_.result(); ++i) {
      if (!is_fused(i)) {
        write_call(i);
      }
    }
    source_.add(concat("  for (i = 0; i < $classes; ++i) {\n    scores[i] = (",
                       place(graph_.result()),
                       ")[i];\n"
                       "    label = scores[i] > scores[label] ? i : label;\n  }\n"
                       "  return label;\n}\n"));
  }

  [[nodiscard]] std::string place(int index) const {
    const std::size_t offset =
        index < 0 ? memory_.input : memory_.outputs[static_cast<std::size_t>(index)];
    return concat("arena + ", offset);
  }

  void call(const std::string& function, std::initializer_list<std::string> arguments) {
    std::string text = concat("  $", function, "(");
    std::string_view separator;
    for (const std::string& argument : arguments) {
      text += concat(separator, argument);
      separator = ", ";
    }
    source_.add(text + ");\n");
  }

  void write_call(int index) {
    const InferenceStep& step = graph_.step(index);
    const std::string& name = name_of(index);
    const std::string in = place(step.inputs.front());
    const std::string out = place(index);
    const std::string count = concat(step.output.size());
    const std::string relu = step.relu ? "1" : "0";
    const auto constant = [](const std::string& owner, std::string_view what) {
      return concat("$", owner, "_", what);
    };
    switch (step.type) {
      case LayerType::kConv2d:
        return call("conv2d", {in, constant(name, "weight"), constant(name, "bias"), out,
                               "&" + constant(name, "window")});
      case LayerType::kMaxPool2d:
        if (const int fused = step.inputs.front(); is_fused(fused)) {
          const std::string& conv = name_of(fused);
          return call("conv2d_max_pool2d",
                      {place(graph_.step(fused).inputs.front()), constant(conv, "weight"),
                       constant(conv, "bias"), out, "&" + constant(conv, "window"),
                       "&" + constant(name, "window")});
        }
        return call("max_pool2d", {in, out, "&" + constant(name, "window")});
      case LayerType::kAvgPool2d:
      case LayerType::kGlobalAvgPool2d:
        return call("avg_pool2d", {in, out, "&" + constant(name, "window")});
      case LayerType::kLinear:
        return call("linear", {in, constant(name, "weight"), constant(name, "bias"), out,
                               concat(step.input.size()), count, relu});
      case LayerType::kBatchNorm2d:
        return call("scale_and_shift", {in, constant(name, "weight"), constant(name, "bias"), out,
                                        concat(step.output.channels),
                                        concat(step.output.height * step.output.width), relu});
      case LayerType::kAdd:
        return write_sum(step, out, count, relu);
      case LayerType::kMultiply:
        return write_product(step, out);
      case LayerType::kConcat:
        return write_concat(step, index);
      case LayerType::kZeroPad2d:
        return write_pad(step, in, out);
      case LayerType::kFlatten:
        return;
      case LayerType::kLeakyReLU:
        return call(name + "_leaky_relu", {in, out, count});
      default:
        return call(std::string(std::ranges::find(kFunctions, step.type, &Function::type)->name),
                    {in, out, count});
    }
  }

  void write_pad(const InferenceStep& step, const std::string& in, const std::string& out) {
    const Sides2d& sides = step.spec.sides;
    call("zero_pad2d",
         {in, out, concat(step.input.channels), concat(step.input.height), concat(step.input.width),
          concat(sides.left), concat(sides.right), concat(sides.top), concat(sides.bottom)});
  }

  void write_sum(const InferenceStep& step, const std::string& out, const std::string& count,
                 const std::string& relu) {
    for (std::size_t i = 1; i < step.inputs.size(); ++i) {
      const bool ends = i + 1 == step.inputs.size();
      call("add", {i == 1 ? place(step.inputs.front()) : out, place(step.inputs[i]), out, count,
                   ends ? relu : "0"});
    }
  }

  void write_product(const InferenceStep& step, const std::string& out) {
    const auto is_map = [&](int input) {
      return graph_.output_of(input) == step.output ? "1" : "0";
    };
    for (std::size_t i = 1; i < step.inputs.size(); ++i) {
      const bool begins = i == 1;
      const int first = step.inputs.front();
      call("multiply",
           {begins ? place(first) : out, begins ? is_map(first) : "1", place(step.inputs[i]),
            is_map(step.inputs[i]), out, concat(step.output.channels),
            concat(step.output.height * step.output.width)});
    }
  }

  void write_concat(const InferenceStep& step, int index) {
    std::size_t offset = memory_.outputs[static_cast<std::size_t>(index)];
    for (const int input : step.inputs) {
      const std::size_t size = graph_.output_of(input).size();
      source_.add(concat("  memcpy(arena + ", offset, ", ", place(input), ", ", size,
                         " * sizeof(float));\n"));
      offset += size;
    }
  }

  const TrainedNetwork& network_;
  InferenceGraph graph_;
  CText source_;
  std::vector<std::string> names_;  // of the steps, as identifiers
  std::vector<bool> fused_;         // whether the max-pool after a step computes it
  InferenceMemory memory_{};
};

}  // namespace

std::vector<std::uint8_t> write_c(const TrainedNetwork& network, const ExportOptions& options) {
  return to_bytes(CWriter(network, options).write());
}

}  // namespace tinycnn

// SPDX-License-Identifier: MIT
// A quantized network as one C99 header that gives the engine's integers: weights, the functions
// that it needs, and <name>_predict. Images are [H][W][C] there.
#include <algorithm>
#include <array>
#include <utility>

#include "formats/c_int8_kernels.h"
#include "formats/c_int8_program.h"
#include "formats/c_text.h"
#include "formats/quantized_writers.h"
#include "formats/writers.h"
#include "support/text.h"

namespace tinycnn {
namespace {

constexpr std::int32_t kMaxInt8 = 127;

std::string to_arguments(std::initializer_list<std::string> parts) {
  std::string text;
  for (const std::string& part : parts) {
    text += concat(text.empty() ? "" : ", ", part);
  }
  return text;
}

class QuantizedCWriter : private Int8Program {
 public:
  QuantizedCWriter(const QuantizedModel& model, const ExportOptions& options)
      : Int8Program(model), source_(to_identifier(options.name)) {
    UniqueNames names;
    for (const QuantizedStep& step : steps()) {
      names_.push_back(names.take(to_identifier(step.name)));
    }
    source_.head({.name = options.name,
                  .input = model.input(),
                  .classes = model.classes(),
                  .parameters = model.facts().parameter_count,
                  .flash = flash(),
                  .ram = arena_bytes(),
                  .macs = model.macs(),
                  .test_accuracy = options.test_accuracy,
                  .weights_hash = model.facts().weights_hash,
                  .scores = concat(" in units of ", double{model.output_quantization().scale}, " (",
                                   model.output_quantization().zero_point, " is 0)"),
                  .score_type = "int8_t",
                  .score_format = "%d"});
  }

  std::string write() {
    source_.add("#ifndef $header_included\n#define $header_included\n\n#include <stdint.h>\n");
    if (uses(Kind::kConv2d) || uses(Kind::kLinear)) {
      source_.add("#include <string.h>\n");
    }
    source_.add(concat("\nenum { $inputs = ", model().input().size(), ", $classes = ",
                       model().classes(), ", $arena_bytes = ", arena_bytes(), " };\n\n"));
    source_.class_names(model().facts().class_names);
    source_.flash_macro();
    write_functions();
    for (std::size_t i = 0; i < steps().size(); ++i) {
      write_constants(i);
    }
    source_.add("\nstatic int8_t $arena[$arena_bytes];\n");
    if (model().input().channels == 1) {
      source_.add(replaced(c_int8_kernels::kPixels, "WHERE", place(-1)));
    }
    write_predict();
    source_.add("\n#endif\n");
    return source_.text();
  }

 private:
  void write_functions() {
    namespace kernels = c_int8_kernels;
    const auto add_if = [&](bool wanted, std::string_view text) {
      source_.add(wanted ? text : std::string_view{});
    };
    write_load();
    if (uses_windows()) {
      const std::string window = replaced(kernels::kWindow, "DILATION",
                                          is_dilated() ? kernels::kDilation : std::string_view{});
      source_.add(replaced(window, "INTEGER",
                           integer_bytes() == sizeof(std::int16_t) ? "int16_t" : "int32_t"));
    }
    if (uses_multipliers()) {
      source_.add(
          replaced(kernels::kMultiply, "UP", has_multiplier_above_one() ? kernels::kUp : ""));
      source_.add(kernels::kScaled);
    }
    add_if(uses(Kind::kConv2d) || uses(Kind::kLinear), kernels::kSums);
    add_if(uses(Kind::kConv2d), kernels::kConv2d);
    add_if(uses(Kind::kConv2dGroups),
           is_dilated() ? kernels::kDilatedConv2dGroups : kernels::kConv2dGroups);
    add_if(uses(Kind::kZeroPad2d), kernels::kZeroPad2d);
    add_if(uses(Kind::kMultiply), kernels::kMultiplyValues);
    add_if(uses(Kind::kScaleAndShift), kernels::kScaleAndShift);
    add_if(uses(Kind::kGlobalAverage), kernels::kGlobalAverage);
    add_if(uses(Kind::kLinear), kernels::kLinear);
    add_if(uses(Kind::kAdd), kernels::kAdd);
    add_if(uses(Kind::kConcat), kernels::kConcat);
    add_if(uses(Kind::kActivation), kernels::kLookUp);
    write_pools();
    bool copies = false;
    for (std::size_t i = 0; i < steps().size(); ++i) {
      copies |= kind_at(i) == Kind::kFlatten && !is_view(i);
    }
    add_if(copies, kernels::kChannelsFirst);
    bool limits = false;
    for (std::size_t i = 0; i < steps().size(); ++i) {
      limits |= max_at(i) < kMaxInt8;
    }
    add_if(limits, kernels::kLimit);
  }

  /// The largest integer of what a step gives, also if it computes the convolution before it.
  [[nodiscard]] std::int32_t max_at(std::size_t index) const {
    if (is_fused_pool(index)) {
      return step_at(steps()[index].inputs.front()).max;
    }
    return kind_at(index) == Kind::kActivation ? kMaxInt8 : steps()[index].max;
  }

  void write_load() {
    if (has_plain_pixels()) {
      source_.add(replaced(c_int8_kernels::kLoad, "PIXEL", "(int8_t)(*pixels - 128)"));
      return;
    }
    std::vector<std::int32_t> table;
    for (std::size_t pixel = 0; pixel < kPixelValues; ++pixel) {
      table.push_back(model().quantize_pixel(static_cast<float>(pixel)));
    }
    source_.array("pixel_table", "int8_t", table);
    source_.add(replaced(c_int8_kernels::kLoad, "PIXEL", "$pixel_table[*pixels]"));
  }

  void write_pools() {
    const auto write = [&](std::string_view name, std::string_view begin, std::string_view step,
                           std::string_view end) {
      std::string text = replaced(c_int8_kernels::kPool2d, "POOL", name);
      text = replaced(text, "BEGIN", begin);
      source_.add(replaced(replaced(text, "STEP", step), "END", end));
    };
    bool has_max_pool = false;
    for (std::size_t i = 0; i < steps().size(); ++i) {
      has_max_pool |= kind_at(i) == Kind::kMaxPool2d && !is_fused_pool(i);
    }
    if (has_max_pool) {
      write("max_pool2d", "-128", "value = pixel > value ? pixel : value;", "value");
    }
    if (uses(Kind::kAvgPool2d)) {
      source_.add(c_int8_kernels::kAverage);
      write("avg_pool2d", "(int32_t)w->zero * w->rows * w->columns", "value += pixel - w->zero;",
            "$average(value, (int32_t)w->rows * w->columns)");
    }
  }

  void write_constants(std::size_t index) {
    const QuantizedStep& step = steps()[index];
    const std::string& name = names_[index];
    const Kind kind = kind_at(index);
    if (has_window(kind) && !is_fused_pool(index)) {
      write_window(index);
    }
    if (kind == Kind::kActivation) {
      source_.array(name + "_table", "int8_t",
                    std::vector<std::int32_t>(step.table.begin(), step.table.end()));
    }
    if (!has_weights(kind)) {
      return;
    }
    const bool is_blocked = kind == Kind::kConv2d || kind == Kind::kLinear;
    const std::size_t least = is_blocked ? kKernelsAtOnce : 1;
    std::vector<std::int8_t> weight = ordered_weights(index);
    const std::size_t size = weight.size() / step.bias.size();
    weight.resize(std::max(weight.size(), least * size));
    std::vector<std::int32_t> bias = step.bias;
    bias.resize(std::max(bias.size(), least));
    source_.array(name + "_weight", "int8_t",
                  std::vector<std::int32_t>(weight.begin(), weight.end()));
    source_.array(name + "_bias", "int32_t", bias);
    if (kind != Kind::kLinear) {
      std::vector<std::int32_t> mantissas;
      std::vector<std::int32_t> shifts;
      for (const FixedPointMultiplier& multiplier : step.multiplier) {
        mantissas.push_back(multiplier.mantissa);
        shifts.push_back(-multiplier.shift);
      }
      source_.array(name + "_multiplier", "int32_t", mantissas);
      source_.array(name + "_shift", "int8_t", shifts);
    }
  }

  void write_window(std::size_t index) {
    const QuantizedStep& step = steps()[index];
    Shape output = step.output;
    Size2d pool{1, 1};
    Size2d pool_stride{1, 1};
    if (is_fused(static_cast<int>(index))) {
      const QuantizedStep& pooled = step_at(readers(static_cast<int>(index)).front());
      pool = pooled.kernel_size;
      pool_stride = pooled.stride;
      output = pooled.output;
    }
    source_.add(concat("\nstatic const $FLASH $window $", names_[index], "_window = {"));
    std::string_view separator;
    for (const int value : {step.input.channels,
                            step.input.height,
                            step.input.width,
                            step.output.channels,
                            step.kernel_size.height,
                            step.kernel_size.width,
                            step.stride.height,
                            step.stride.width,
                            step.padding.height,
                            step.padding.width,
                            step.groups,
                            pool.height,
                            pool.width,
                            pool_stride.height,
                            pool_stride.width,
                            output.height,
                            output.width,
                            quantization_at(step.inputs.front()).zero_point,
                            step.quantization.zero_point,
                            step.min}) {
      source_.add(concat(separator, value));
      separator = ", ";
    }
    if (is_dilated()) {
      source_.add(concat(", ", step.dilation.height, ", ", step.dilation.width));
    }
    source_.add("};\n");
  }

  void write_predict() {
    const Shape& input = model().input();
    source_.add(concat("\n/* Returns the class of an image. pixels: [", input.channels, "][",
                       input.height, "][", input.width,
                       "]; scores: the output of the last layer. */\n"
                       "static inline int $predict(const uint8_t pixels[$inputs], "
                       "int8_t scores[$classes]) {\n"
                       "  int label = 0, i;\n"));
    call("load", {"pixels", place(-1), concat(pixels_of(input)), concat(input.channels)});
    for (std::size_t i = 0; i < steps().size(); ++i) {
      if (!is_fused(static_cast<int>(i))) {
        write_call(i);
        if (max_at(i) < kMaxInt8) {
          call("limit",
               {place(static_cast<int>(i)), concat(steps()[i].output.size()), concat(max_at(i))});
        }
      }
    }
    const std::string result = place(static_cast<int>(steps().size()) - 1);
    source_.add(concat("  for (i = 0; i < $classes; ++i) {\n    scores[i] = (", result,
                       ")[i];\n"
                       "    label = scores[i] > scores[label] ? i : label;\n  }\n"
                       "  return label;\n}\n"));
  }

  void call(const std::string& function, std::initializer_list<std::string> arguments) {
    source_.add(concat("  $", function, "(", to_arguments(arguments), ");\n"));
  }

  static std::string scaled_by(const FixedPointMultiplier& multiplier) {
    return concat(multiplier.mantissa, ", ", -multiplier.shift);
  }

  void write_call(std::size_t index) {
    const QuantizedStep& step = steps()[index];
    const std::string& name = names_[index];
    const int input = step.inputs.front();
    const std::string in = place(input);
    const std::string out = place(static_cast<int>(index));
    const std::string zero = concat(quantization_at(input).zero_point);
    const std::string limits = concat(step.quantization.zero_point, ", ", step.min);
    const std::string pixels = concat(pixels_of(step.input));
    const std::string channels = concat(step.input.channels);
    const auto constant = [](const std::string& owner, std::string_view what) {
      return concat("$", owner, "_", what);
    };
    switch (kind_at(index)) {
      case Kind::kConv2d:
        return write_conv2d(index, "conv2d", in, out);
      case Kind::kConv2dGroups:
        return write_conv2d(index, "conv2d_groups", in, out);
      case Kind::kScaleAndShift:
        return call("scale_and_shift", {in, constant(name, "weight"), constant(name, "bias"),
                                        constant(name, "multiplier"), constant(name, "shift"), out,
                                        pixels, channels, zero, limits});
      case Kind::kGlobalAverage:
        return call("global_avg_pool2d",
                    {in, out, pixels, channels, concat(int{step.weight.front()}), zero,
                     scaled_by(step.multiplier.front()), limits});
      case Kind::kLinear:
        return call("linear", {in, constant(name, "weight"), constant(name, "bias"),
                               scaled_by(step.multiplier.front()), out, concat(step.input.size()),
                               concat(step.output.size()), zero, limits});
      case Kind::kMaxPool2d:
        if (is_fused_pool(index)) {
          return write_conv2d(static_cast<std::size_t>(input), "conv2d",
                              place(step_at(input).inputs.front()), out);
        }
        return call("max_pool2d", {in, out, "&" + constant(name, "window")});
      case Kind::kAvgPool2d:
        return call("avg_pool2d", {in, out, "&" + constant(name, "window")});
      case Kind::kAdd:
        return write_sum(step, out, limits);
      case Kind::kMultiply:
        return write_product(step, out, limits);
      case Kind::kConcat:
        return write_concat(step, static_cast<int>(index));
      case Kind::kZeroPad2d:
        return call("zero_pad2d",
                    {in, out, channels, concat(step.input.height), concat(step.input.width),
                     concat(step.sides.left), concat(step.sides.right), concat(step.sides.top),
                     concat(step.sides.bottom), zero});
      case Kind::kFlatten:
        return is_view(index) ? void() : call("channels_first", {in, out, pixels, channels});
      case Kind::kActivation:
        return call("look_up", {in, out, constant(name, "table"), concat(step.output.size())});
      case Kind::kRequantize:
        return;
    }
  }

  void write_conv2d(std::size_t index, const std::string& function, const std::string& in,
                    const std::string& out) {
    const auto constant = [&](std::string_view what) {
      return concat("$", names_[index], "_", what);
    };
    call(function, {in, constant("weight"), constant("bias"), constant("multiplier"),
                    constant("shift"), out, "&" + constant("window")});
  }

  void write_sum(const QuantizedStep& step, const std::string& out, const std::string& limits) {
    const auto operand = [&](std::size_t which) {
      const int input = step.inputs[which];
      return concat(place(input), ", ", quantization_at(input).zero_point, ", ",
                    scaled_by(step.multiplier[which]));
    };
    call("add", {operand(0), operand(1), out, scaled_by(step.multiplier[2]), limits,
                 concat(step.output.size())});
  }

  void write_product(const QuantizedStep& step, const std::string& out, const std::string& limits) {
    const auto operand = [&](std::size_t which) {
      const int input = step.inputs[which];
      const Shape& shape = input < 0 ? model().input() : step_at(input).output;
      return concat(place(input), ", ", shape == step.output ? 1 : 0, ", ",
                    quantization_at(input).zero_point);
    };
    call("multiply_values", {operand(0), operand(1), out, scaled_by(step.multiplier.front()),
                             limits, concat(pixels_of(step.output)), concat(step.output.channels)});
  }

  void write_concat(const QuantizedStep& step, int index) {
    std::size_t offset = offset_of(index);
    for (const int input : step.inputs) {
      const QuantizedStep& part = step_at(input);
      const int source = part.inputs.front();
      call("concat", {place(source), concat("$arena + ", offset), concat(pixels_of(part.output)),
                      concat(part.output.channels), concat(step.output.channels),
                      concat(quantization_at(source).zero_point),
                      scaled_by(part.multiplier.front()), concat(part.quantization.zero_point)});
      offset += static_cast<std::size_t>(part.output.channels);
    }
  }

  CText source_;
  std::vector<std::string> names_;  // of the steps, as identifiers
};

}  // namespace

std::vector<std::uint8_t> write_quantized_c(const QuantizedModel& model,
                                            const ExportOptions& options) {
  return to_bytes(QuantizedCWriter(model, options).write());
}

}  // namespace tinycnn

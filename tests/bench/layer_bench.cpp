// SPDX-License-Identifier: MIT
#include "bench/layer_bench.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "layers/conv2d_max_pool2d.h"
#include "layers/layer.h"
#include "model/layer_types.h"
#include "reference/reference.h"
#include "support/random_values.h"
#include "support/text.h"
#include "tinycnn/zoo.h"

namespace tinycnn::bench {
namespace {

std::string in_words(const Shape& shape) {
  return concat(shape.channels, "x", shape.height, "x", shape.width);
}

/// A layer in its place in a model.
struct Subject {
  LayerSummary layer;
  Activation activation = Activation::kNone;
  bool wants_d_input = false;
  std::optional<LayerSummary> pool{};  // that a plan joins with the layer, a convolution

  [[nodiscard]] std::string in_words() const {
    const std::string words = concat(to_string(layer.spec.type), " ", bench::in_words(layer.input),
                                     " -> ", bench::in_words(layer.output));
    return pool ? concat(words, ", ", to_string(pool->spec.type), " -> ",
                         bench::in_words(pool->output))
                : words;
  }
  [[nodiscard]] const Shape& output() const { return pool ? pool->output : layer.output; }
  [[nodiscard]] std::unique_ptr<Layer> make() const {
    return pool ? std::make_unique<Conv2dMaxPool2d>(layer, *pool, activation)
                : make_layer(layer, activation);
  }
};

bool is_measured(LayerType type) {
  return type == LayerType::kConv2d || type == LayerType::kLinear ||
         type == LayerType::kMaxPool2d || type == LayerType::kBatchNorm2d;
}

/// A layer with memory of its own for one block of samples.
class Bench {
 public:
  explicit Bench(const Subject& subject)
      : layer_(subject.layer),
        activation_(subject.activation),
        kernel_(subject.make()),
        input_(values(layer_.input.block_size())),
        output_(subject.output().block_size()),
        d_output_(values(subject.output().block_size())),
        d_input_(subject.wants_d_input ? layer_.input.block_size() : 0),
        cache_(kernel_->cache_size()),
        scratch_(kernel_->scratch_size()),
        packed_(kernel_->packed_size()),
        packed_backward_(kernel_->packed_backward_size()),
        shared_(kernel_->shared_size()),
        statistics_(kernel_->statistics_size()) {
    for (const ParameterSpec& each : layer_.parameters) {
      Buffer& buffer = !each.trainable ? running_ : weight_.empty() ? weight_ : bias_;
      Buffer part = values(each.size());
      part.resize(round_up_to_lanes(part.size()));
      buffer.insert(buffer.end(), part.begin(), part.end());
      if (each.trainable) {
        buffer.resize(each.size());
      }
    }
    d_weight_.resize(weight_.size());
    d_bias_.resize(bias_.size());
    kernel_->pack(weight_, packed_);
    kernel_->pack_backward(weight_, packed_backward_);
    inputs_ = {input_};
    d_inputs_ = {d_input_};
    forward();  // what backward reads
    if (kernel_->needs_batch_statistics()) {
      BlockBackward block = backward_block();
      kernel_->backward_statistics(block, statistics_);
      const std::array<std::span<float>, 1> all{statistics_};
      kernel_->reduce_backward_statistics(block.pass, block.weights, all, shared_);
    }
  }

  void forward() {
    BlockForward block;
    fill(block);
    block.output = output_;
    if (kernel_->needs_batch_statistics()) {
      kernel_->forward_statistics(block, statistics_);
      const std::array<std::span<float>, 1> all{statistics_};
      kernel_->reduce_forward_statistics(block.pass, block.weights, all, shared_, running_);
    }
    kernel_->forward(block);
  }

  void backward() {
    const BlockBackward block = backward_block();
    if (kernel_->needs_batch_statistics()) {
      kernel_->backward_statistics(block, statistics_);
    }
    kernel_->backward(block);
  }

  void reference_forward() {
    if (layer_.spec.type == LayerType::kLinear) {
      reference::linear_forward(linear_shape(), input_, weight_, bias_, activation_, output_);
    } else {
      const std::span<const float> padded = padded_input();
      for_groups([&](const auto& part) {
        reference::conv2d_forward(conv2d_shape(), part(padded), part(weight_), part(bias_),
                                  activation_, part(output_));
      });
    }
  }

  void reference_backward() {
    if (activation_ == Activation::kReLU) {
      reference::relu_backward(output_, d_output_, d_output_);
    }
    if (layer_.spec.type == LayerType::kLinear) {
      reference::linear_backward_weight(linear_shape(), input_, d_output_, d_weight_, d_bias_);
      if (!d_input_.empty()) {
        reference::linear_backward_input(linear_shape(), d_output_, weight_, d_input_);
      }
      return;
    }
    const std::span<const float> padded = padded_input();
    for_groups([&](const auto& part) {
      reference::conv2d_backward_weight(conv2d_shape(), part(padded), part(d_output_),
                                        part(d_weight_), part(d_bias_));
      if (!d_input_.empty()) {
        reference::conv2d_backward_input(conv2d_shape(), group_input(), layer_.spec.padding,
                                         part(d_output_), part(weight_), part(d_input_));
      }
    });
  }

  /// What the last call of a direction wrote.
  [[nodiscard]] std::vector<Buffer> results(bool is_forward) const {
    return is_forward ? std::vector<Buffer>{output_}
                      : std::vector<Buffer>{d_weight_, d_bias_, d_input_};
  }
  void clear_gradients() {
    for (Buffer* const each : {&d_weight_, &d_bias_, &d_input_}) {
      std::ranges::fill(*each, 0.0F);
    }
  }

 private:
  static Buffer values(std::size_t count) { return test::RandomValues(1).floats(count); }

  void fill(Block& block) {
    block.pass = {.mode = Mode::kTrain, .samples = kLanes};
    block.weights = {weight_, bias_, running_, packed_, packed_backward_};
    block.inputs = inputs_;
    block.cache = cache_;
    block.scratch = scratch_;
    block.shared = shared_;
  }

  BlockBackward backward_block() {
    BlockBackward block;
    fill(block);
    block.output = output_;
    block.d_output = d_output_;
    block.d_inputs = d_inputs_;
    block.d_weight = d_weight_;
    block.d_bias = d_bias_;
    return block;
  }

  [[nodiscard]] kernels::LinearShape linear_shape() const {
    return {static_cast<int>(layer_.input.size()), layer_.spec.out_features};
  }
  /// Calls run(part) for each group of channels, where part(buffer) is the group's share of it.
  template <class Run>
  void for_groups(const Run& run) const {
    const auto groups = static_cast<std::size_t>(layer_.spec.groups);
    for (std::size_t group = 0; group < groups; ++group) {
      run([&](auto& whole) {
        const std::size_t size = whole.size() / groups;
        return std::span(whole).subspan(group * size, size);
      });
    }
  }
  [[nodiscard]] Shape group_input() const {
    return {layer_.input.channels / layer_.spec.groups, layer_.input.height, layer_.input.width};
  }
  /// Of one group.
  [[nodiscard]] kernels::Conv2dShape conv2d_shape() const {
    const Size2d& padding = layer_.spec.padding;
    return {.in_channels = group_input().channels,
            .in_height = layer_.input.height + 2 * padding.height,
            .in_width = layer_.input.width + 2 * padding.width,
            .out_channels = layer_.spec.out_channels / layer_.spec.groups,
            .kernel = layer_.spec.kernel_size,
            .stride = layer_.spec.stride,
            .dilation = layer_.spec.dilation};
  }
  std::span<const float> padded_input() {
    const Size2d& padding = layer_.spec.padding;
    const Shape& input = layer_.input;
    padded_.resize(
        Shape{input.channels, input.height + 2 * padding.height, input.width + 2 * padding.width}
            .block_size());
    reference::pad(input, both_sides(padding), 0.0F, input_, padded_);
    return padded_;
  }

  LayerSummary layer_;
  Activation activation_;
  std::unique_ptr<Layer> kernel_;
  Buffer weight_;
  Buffer bias_;
  Buffer running_;
  Buffer input_;
  Buffer output_;
  Buffer d_output_;
  Buffer d_input_;
  Buffer d_weight_;
  Buffer d_bias_;
  Buffer cache_;
  Buffer scratch_;
  Buffer packed_;
  Buffer packed_backward_;
  Buffer shared_;
  Buffer statistics_;
  Buffer padded_;
  std::array<std::span<const float>, 1> inputs_;
  std::array<std::span<float>, 1> d_inputs_;
};

/// Tasks 2i and 2i + 1 are forward and backward of subject i.
struct Table {
  std::vector<Subject> subjects;
  std::vector<LayerTask> tasks;
  std::vector<std::unique_ptr<Bench>> benches;
};

void add_subject(Table& table, const ZooEntry& entry, const Subject& subject) {
  const LayerType type = subject.layer.spec.type;
  const bool has_reference =
      !subject.pool && (type == LayerType::kConv2d || type == LayerType::kLinear);
  const std::string name =
      concat(entry.id, " ", subject.layer.spec.name,
             subject.pool ? concat(" and ", subject.pool->spec.name) : std::string());
  const double macs = static_cast<double>(subject.layer.macs) * kLanes;
  table.tasks.push_back({concat(name, " forward"), subject.in_words(), macs, has_reference});
  table.tasks.push_back({concat(name, " backward"), subject.in_words(),
                         macs * (subject.wants_d_input ? 2.0 : 1.0), has_reference});
  table.subjects.push_back(subject);
}

/// The max-pool that a plan joins with layer `i`, if there is one: right after it or after its
/// ReLU.
std::optional<LayerSummary> joined_pool(const ModelSummary& summary, std::size_t i) {
  const auto type_at = [&](std::size_t index) {
    return index < summary.layers.size() ? summary.layers[index].spec.type : LayerType::kFlatten;
  };
  const std::size_t pool = type_at(i + 1) == LayerType::kReLU ? i + 2 : i + 1;
  const bool fits = type_at(i) == LayerType::kConv2d && type_at(pool) == LayerType::kMaxPool2d &&
                    Conv2dMaxPool2d::fits(summary.layers[i], summary.layers[pool]);
  return fits ? std::optional(summary.layers[pool]) : std::nullopt;
}

Table make_table() {
  Table table;
  std::set<std::string> seen;
  for (const ZooEntry& entry : zoo()) {
    const ModelSummary summary = summarize(entry.spec);
    std::vector<bool> trained{false};  // whether a gradient reaches value i, the input first
    for (std::size_t i = 0; i < summary.layers.size(); ++i) {
      const LayerSummary& layer = summary.layers[i];
      Subject subject{.layer = layer};
      for (const int source : layer.inputs) {
        subject.wants_d_input |= trained[static_cast<std::size_t>(source + 1)];
      }
      trained.push_back(subject.wants_d_input || !layer.parameters.empty());
      const bool before_relu = i + 1 < summary.layers.size() &&
                               summary.layers[i + 1].spec.type == LayerType::kReLU &&
                               info_of(layer.spec.type).relu_fusion == ReLUFusion::kAfter;
      subject.activation = before_relu ? Activation::kReLU : Activation::kNone;
      const auto add = [&] {
        if (is_measured(layer.spec.type) && seen.insert(subject.in_words()).second) {
          add_subject(table, entry, subject);
        }
      };
      add();
      subject.pool = joined_pool(summary, i);
      if (subject.pool) {
        add();
      }
    }
  }
  table.benches.resize(table.subjects.size());
  return table;
}

Table& the_table() {
  static Table table = make_table();
  return table;
}

Bench& bench_of(int task) {
  Table& table = the_table();
  const auto subject = static_cast<std::size_t>(task / 2);
  if (!table.benches[subject]) {
    table.benches[subject] = std::make_unique<Bench>(table.subjects[subject]);
  }
  return *table.benches[subject];
}

bool is_forward(int task) { return task % 2 == 0; }

}  // namespace

const std::vector<LayerTask>& layer_tasks() { return the_table().tasks; }

void run_layer_task(int index, int count) {
  Bench& bench = bench_of(index);
  for (; count > 0; --count) {
    if (is_forward(index)) {
      bench.forward();
    } else {
      bench.backward();
    }
  }
}

void run_layer_reference(int index) {
  if (is_forward(index)) {
    bench_of(index).reference_forward();
  } else {
    bench_of(index).reference_backward();
  }
}

double reference_difference(int index) {
  Bench& bench = bench_of(index);
  bench.clear_gradients();
  run_layer_task(index, 1);
  const std::vector<Buffer> actual = bench.results(is_forward(index));
  bench.clear_gradients();
  run_layer_reference(index);
  const std::vector<Buffer> expected = bench.results(is_forward(index));
  double largest = 0.0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    double difference = 0.0;
    double size = 0.0;
    for (std::size_t j = 0; j < expected[i].size(); ++j) {
      difference = std::max(difference, std::abs(double{actual[i][j]} - double{expected[i][j]}));
      size = std::max(size, std::abs(double{expected[i][j]}));
    }
    largest = std::max(largest, difference / (size > 0.0 ? size : 1.0));
  }
  return largest;
}

}  // namespace tinycnn::bench

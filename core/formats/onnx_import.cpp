// SPDX-License-Identifier: MIT
// Reads ONNX: takes the nodes that the output needs in an order in which each comes after what it
// reads, and lets Lowering turn them into layers.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "formats/model_json_reader.h"
#include "formats/onnx_constants.h"
#include "formats/onnx_lowering.h"
#include "formats/onnx_patterns.h"
#include "support/text.h"

namespace tinycnn {
namespace {

using onnx::File;
using onnx::Node;
using onnx::Value;

constexpr std::int64_t kOldestOpset = 7;
constexpr std::int64_t kNewestOpset = 21;
constexpr double kMaxPixel = 255.0;

/// The one input that is no initializer.
const onnx::ValueInfo& input_of(const File& file) {
  const onnx::ValueInfo* found = nullptr;
  for (const onnx::ValueInfo& input : file.inputs) {
    if (!file.initializers.contains(input.name)) {
      if (found != nullptr) {
        fail("[importModel] expected a network with one input, got '", found->name, "' and '",
             input.name, "'");
      }
      found = &input;
    }
  }
  if (found == nullptr || found->dims.size() < 2) {
    fail("[importModel] expected a network with an input of samples, got ",
         found == nullptr ? "none" : "one without sizes");
  }
  return *found;
}

class Graph {
 public:
  Graph(const File& file, std::vector<std::string>& notes)
      : file_(file),
        input_(input_of(file)),
        lowering_(file.opset, file.producer, {input_.dims.begin() + 1, input_.dims.end()}, notes) {
    for (std::size_t i = 0; i < file_.nodes.size(); ++i) {
      for (std::size_t k = 0; k < file_.nodes[i].outputs.size(); ++k) {
        const std::string& name = file_.nodes[i].outputs[k];
        if (!name.empty() && !producers_.emplace(name, onnx::Producer{i, k}).second) {
          fail(where(file_.nodes[i]), "expected a value of its own, got '", name, "' again");
        }
      }
      for (const std::string& name : file_.nodes[i].inputs) {
        ++readers_[name];
      }
    }
    for (const onnx::ValueInfo& output : file_.outputs) {
      ++readers_[output.name];
    }
  }

  const onnx::Lowering& run() {
    if (file_.outputs.empty() || file_.outputs.front().name.empty()) {
      fail("[importModel] expected a network with an output, got none");
    }
    for (const std::size_t node : order()) {
      lower(node);
    }
    lowering_.finish(value_of(nullptr, file_.outputs.front().name));
    return lowering_;
  }

 private:
  enum class Mark : std::uint8_t { kNew, kOpen, kDone };

  /// What a node reads: all its inputs, or that of the activation that it is the end of.
  [[nodiscard]] std::vector<std::string> reads(const Node& node) const {
    if (const auto activation = activation_of(file_, producers_, node)) {
      return {activation->input};
    }
    return node.inputs;
  }

  /// The node that makes a value; none for inputs, constants and what is left out.
  [[nodiscard]] const onnx::Producer* producer(const std::string& name) const {
    const auto found = producers_.find(name);
    return found == producers_.end() ? nullptr : &found->second;
  }

  /// Marks what the output needs. Of own files also the layers with weights that nothing reads.
  [[nodiscard]] std::vector<bool> find_needed() const {
    std::vector<bool> needed(file_.nodes.size(), false);
    std::vector<std::string> names{file_.outputs.front().name};
    for (const Node& node : file_.nodes) {
      const bool has_weights =
          node.op == "Conv" || node.op == "Gemm" || node.op == "BatchNormalization";
      if (file_.producer == "TinyCNN" && has_weights && !node.outputs.empty()) {
        names.push_back(node.outputs.front());
      }
    }
    while (!names.empty()) {
      const onnx::Producer* made = producer(names.back());
      names.pop_back();
      if (made != nullptr && !needed[made->node]) {
        needed[made->node] = true;
        const std::vector<std::string> read = reads(file_.nodes[made->node]);
        names.insert(names.end(), read.begin(), read.end());
      }
    }
    return needed;
  }

  /// In the order of the file as far as that is one of execution.
  [[nodiscard]] std::vector<std::size_t> order() const {
    const std::vector<bool> needed = find_needed();
    std::vector<Mark> marks(file_.nodes.size(), Mark::kNew);
    std::vector<std::size_t> sorted;
    std::vector<std::size_t> stack;
    for (std::size_t i = 0; i < file_.nodes.size(); ++i) {
      if (needed[i]) {
        stack.push_back(i);
      }
      while (!stack.empty()) {
        const std::size_t at = stack.back();
        if (marks[at] == Mark::kNew) {
          marks[at] = Mark::kOpen;
          push_read(at, marks, stack);
          continue;
        }
        stack.pop_back();
        if (marks[at] == Mark::kOpen) {
          marks[at] = Mark::kDone;
          sorted.push_back(at);
        }
      }
    }
    return sorted;
  }

  void push_read(std::size_t node, const std::vector<Mark>& marks,
                 std::vector<std::size_t>& stack) const {
    const std::vector<std::string> names = reads(file_.nodes[node]);
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
      const onnx::Producer* made = producer(*name);
      if (made == nullptr || marks[made->node] == Mark::kDone) {
        continue;
      }
      if (marks[made->node] == Mark::kOpen) {
        fail(where(file_.nodes[node]),
             "expected a graph without cycles, got a value that depends "
             "on itself: '",
             *name, "'");
      }
      stack.push_back(made->node);
    }
  }

  [[nodiscard]] Value value_of(const Node* reader, const std::string& name) const {
    if (name.empty()) {
      return {};
    }
    if (const auto constant = file_.initializers.find(name); constant != file_.initializers.end()) {
      Value value;
      value.constant = constant->second;
      return value;
    }
    if (name == input_.name) {
      return lowering_.input();
    }
    const auto made = values_.find(name);
    if (made == values_.end()) {
      const std::string text = concat(
          "expected a value that a node gives as its first output, "
          "got '",
          name.substr(0, 80), "'");
      reader == nullptr ? fail("[importModel] ", text) : fail(where(*reader), text);
    }
    return made->second;
  }

  void lower(std::size_t index) {
    const Node& node = file_.nodes[index];
    if (node.outputs.empty()) {
      fail(where(node), "expected an output, got none");
    }
    const auto readers = readers_.find(node.outputs.front());
    const bool is_alone = readers != readers_.end() && readers->second == 1;
    if (const auto activation = activation_of(file_, producers_, node)) {
      values_[node.outputs.front()] = lowering_.activation(
          node, activation->type, value_of(&node, activation->input), is_alone);
      return;
    }
    std::vector<Value> inputs;
    std::vector<onnx::SharedConstant> constants;
    bool is_constant = true;
    for (const std::string& name : node.inputs) {
      inputs.push_back(value_of(&node, name));
      constants.push_back(inputs.back().constant);
      is_constant = is_constant && (name.empty() || constants.back() != nullptr);
    }
    if (!is_constant) {
      values_[node.outputs.front()] = lowering_.lower(node, inputs, is_alone);
      return;
    }
    Value value;
    value.constant = onnx::evaluate(node, constants, budget_);
    budget_ -= std::min(budget_, value.constant->size());
    values_[node.outputs.front()] = std::move(value);
  }

  const File& file_;
  const onnx::ValueInfo& input_;
  onnx::Lowering lowering_;
  onnx::Producers producers_;
  std::map<std::string, std::size_t, std::less<>> readers_;
  std::map<std::string, Value, std::less<>> values_;
  std::size_t budget_ = static_cast<std::size_t>(kMaxParameters);  // of calculated constants
};

bool is_near(double value, double expected) {
  constexpr double kTolerance = 1e-4;
  return std::abs(value - expected) <= kTolerance * std::max(1.0, std::abs(expected));
}

/// (p / 255 - mean) / std is what the network reads where the file's input is p / 255 * unit.
Normalization normalization_of(const onnx::Lowering& lowering, double unit) {
  const double scale = unit * lowering.scale();
  return {.mean = 0.0 - lowering.shift() / scale, .std = 1.0 / scale};
}

Normalization chosen_normalization(const onnx::Lowering& lowering, const ImportOptions& options,
                                   const std::optional<Normalization>& stated) {
  const bool is_plain = lowering.scale() == 1.0 && lowering.shift() == 0.0;
  for (const double unit : {1.0, kMaxPixel}) {
    const Normalization found = normalization_of(lowering, unit);
    const bool is_stated =
        stated && is_near(found.mean, stated->mean) && is_near(found.std / stated->std, 1.0);
    if (stated && (is_plain || is_stated)) {
      return *stated;
    }
  }
  const Normalization found =
      normalization_of(lowering, options.input == ExportInput::kUnit ? 1.0 : kMaxPixel);
  if (!std::isfinite(found.mean) || !std::isfinite(found.std) || !(found.std > 0.0)) {
    fail("[importModel] expected a finite normalization of the input, got a mean of ", found.mean,
         " and an std of ", found.std);
  }
  return found;
}

/// Whether the tensors are those of a spec, so that the spec, which says more than the graph, is
/// that of the graph.
bool fits(const ModelSpec& spec, const std::vector<NamedTensor>& tensors) {
  using Entry = std::pair<std::string, std::vector<int>>;
  std::vector<Entry> wanted;
  std::vector<Entry> found;
  for (const LayerSummary& layer : summarize(spec).layers) {
    for (const ParameterSpec& parameter : layer.parameters) {
      wanted.emplace_back(parameter.name, parameter.shape);
    }
  }
  for (const NamedTensor& tensor : tensors) {
    found.emplace_back(tensor.name, tensor.shape);
  }
  std::ranges::sort(wanted);
  std::ranges::sort(found);
  return wanted == found;
}

std::string network_name(const File& file) {
  constexpr std::size_t kMaxName = 200;
  return is_utf8(file.name) && file.name.size() <= kMaxName ? file.name : std::string("network");
}

}  // namespace

FileContents read_onnx(Bytes bytes, const ImportOptions& options) {
  const File file = onnx::read_file(bytes);
  if (file.nodes.empty()) {
    fail("[importModel] expected an ONNX file with a network, got ", bytes.size(),
         " bytes without one");
  }
  if (file.opset < kOldestOpset || file.opset > kNewestOpset) {
    fail("[importModel] expected ONNX of opset ", kOldestOpset, " to ", kNewestOpset, ", got ",
         file.opset);
  }
  FileContents contents;
  if (file.producer == "TinyCNN") {
    for (const auto& [key, json] : file.metadata) {
      read_metadata(contents, key, json);
    }
  }
  Graph graph(file, contents.notes);
  const onnx::Lowering& lowering = graph.run();
  contents.tensors = lowering.network().tensors();
  if (!contents.spec || !fits(*contents.spec, contents.tensors)) {
    contents.spec = lowering.network().model(network_name(file));
  }
  contents.normalization = chosen_normalization(lowering, options, contents.normalization);
  if (file.outputs.size() > 1) {
    contents.notes.push_back(
        concat("Of several outputs the first is read, '", file.outputs.front().name, "'."));
  }
  return contents;
}

}  // namespace tinycnn

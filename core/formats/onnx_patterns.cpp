// SPDX-License-Identifier: MIT
#include "formats/onnx_patterns.h"

#include <cmath>
#include <numbers>
#include <vector>

namespace tinycnn::onnx {
namespace {

constexpr double kTolerance = 1e-4;

bool is_near(double value, double expected) { return std::abs(value - expected) < kTolerance; }

class Matcher {
 public:
  Matcher(const File& file, const Producers& producers) : file_(file), producers_(producers) {}

  [[nodiscard]] std::optional<Activation> match(const Node& node) const {
    if (node.op != "Mul" || node.inputs.size() != 2) {
      return std::nullopt;
    }
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
      const Node* sigmoid = producer(node.inputs[i], "Sigmoid");
      if (sigmoid != nullptr && sigmoid->has_input(0) && sigmoid->inputs[0] == node.inputs[1 - i]) {
        return Activation{.type = LayerType::kSiLU, .input = node.inputs[1 - i]};
      }
    }
    return match_gelu(node);
  }

 private:
  [[nodiscard]] const Node* producer(std::string_view value, std::string_view op) const {
    const auto found = producers_.find(value);
    if (found == producers_.end() || found->second.output != 0) {
      return nullptr;
    }
    const Node& node = file_.nodes[found->second.node];
    return node.op == op && node.domain.empty() ? &node : nullptr;
  }

  [[nodiscard]] std::optional<double> scalar(std::string_view value) const {
    SharedConstant constant;
    if (const auto found = file_.initializers.find(value); found != file_.initializers.end()) {
      constant = found->second;
    } else if (const Node* node = producer(value, "Constant")) {
      const Attribute* attribute = node->find("value");
      constant = attribute == nullptr ? nullptr : attribute->tensor;
      if (const Attribute* real = node->find("value_float")) {
        return double{real->real};
      }
    }
    return constant != nullptr && constant->size() == 1 ? std::optional(constant->at(0))
                                                        : std::nullopt;
  }

  /// The factors of a product, of which a product may be one itself.
  void collect(const Node& product, int depth, double& scale,
               std::vector<std::string>& factors) const {  // NOLINT(misc-no-recursion)
    constexpr int kMaxDepth = 2;
    for (const std::string& input : product.inputs) {
      const Node* inner = producer(input, "Mul");
      if (const auto number = scalar(input)) {
        scale *= *number;
      } else if (inner != nullptr && inner->inputs.size() == 2 && depth < kMaxDepth) {
        collect(*inner, depth + 1, scale, factors);
      } else {
        factors.push_back(input);
      }
    }
  }

  /// The x of erf(x / sqrt(2)) + 1.
  [[nodiscard]] std::optional<std::string> raised_erf(std::string_view value) const {
    const Node* sum = producer(value, "Add");
    for (std::size_t i = 0; sum != nullptr && i < sum->inputs.size(); ++i) {
      const Node* erf = producer(sum->inputs[i], "Erf");
      if (sum->inputs.size() == 2 && erf != nullptr && erf->has_input(0) &&
          is_near(scalar(sum->inputs[1 - i]).value_or(0.0), 1.0)) {
        return scaled_by_sqrt(erf->inputs[0]);
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<std::string> scaled_by_sqrt(std::string_view value) const {
    if (const Node* node = producer(value, "Div"); node != nullptr && node->has_input(1)) {
      return is_near(scalar(node->inputs[1]).value_or(0.0), std::numbers::sqrt2)
                 ? std::optional(node->inputs[0])
                 : std::nullopt;
    }
    const Node* node = producer(value, "Mul");
    for (std::size_t i = 0; node != nullptr && node->inputs.size() == 2 && i < 2; ++i) {
      if (is_near(scalar(node->inputs[i]).value_or(0.0), 1.0 / std::numbers::sqrt2)) {
        return node->inputs[1 - i];
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Activation> match_gelu(const Node& node) const {
    double scale = 1.0;
    std::vector<std::string> factors;
    collect(node, 0, scale, factors);
    for (std::size_t i = 0; is_near(scale, 0.5) && factors.size() == 2 && i < 2; ++i) {
      if (raised_erf(factors[i]) == factors[1 - i]) {
        return Activation{.type = LayerType::kGELU, .input = factors[1 - i]};
      }
    }
    return std::nullopt;
  }

  const File& file_;
  const Producers& producers_;
};

}  // namespace

std::optional<Activation> activation_of(const File& file, const Producers& producers,
                                        const Node& node) {
  return Matcher(file, producers).match(node);
}

}  // namespace tinycnn::onnx

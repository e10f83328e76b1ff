// SPDX-License-Identifier: MIT
#include "formats/onnx_view.h"

namespace tinycnn::onnx {

void View::append(Axis& axis, Factor factor) {
  if (factor.size == 1) {
    return;
  }
  if (!axis.empty() && axis.back().stride == factor.size * factor.stride) {
    axis.back() = {.size = axis.back().size * factor.size, .stride = factor.stride};
    return;
  }
  axis.push_back(factor);
}

View::View(std::span<const std::int64_t> sizes) : axes_(sizes.size()) {
  std::int64_t stride = 1;
  for (std::size_t i = sizes.size(); i-- > 0;) {
    append(axes_[i], {.size = sizes[i], .stride = stride});
    stride *= sizes[i];
  }
}

View::View(const Shape& shape)
    : View(std::vector<std::int64_t>{shape.channels, shape.height, shape.width}) {}

std::int64_t View::size(std::size_t axis) const {
  std::int64_t size = 1;
  for (const Factor& factor : axes_[axis]) {
    size *= factor.size;
  }
  return size;
}

std::int64_t View::size() const {
  std::int64_t product = 1;
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    product *= size(axis);
  }
  return product;
}

std::vector<std::int64_t> View::sizes() const {
  std::vector<std::int64_t> all;
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    all.push_back(size(axis));
  }
  return all;
}

View View::transposed(std::span<const std::size_t> perm) const {
  View result;
  for (const std::size_t axis : perm) {
    result.axes_.push_back(axes_[axis]);
  }
  return result;
}

std::optional<View> View::reshaped(std::span<const std::int64_t> sizes) const {
  Axis left;  // the factors that no axis has yet, the outermost last
  for (std::size_t axis = axes_.size(); axis-- > 0;) {
    left.insert(left.end(), axes_[axis].rbegin(), axes_[axis].rend());
  }
  View result;
  for (const std::int64_t size : sizes) {
    Axis& axis = result.axes_.emplace_back();
    for (std::int64_t missing = size; missing > 1;) {
      if (left.empty()) {
        return std::nullopt;
      }
      Factor& next = left.back();
      if (missing % next.size == 0) {
        missing /= next.size;
        append(axis, next);
        left.pop_back();
      } else if (next.size % missing == 0) {
        const std::int64_t rest = next.size / missing;
        append(axis, {.size = missing, .stride = next.stride * rest});
        next.size = rest;
        missing = 1;
      } else {
        return std::nullopt;
      }
    }
  }
  return left.empty() ? std::optional(result) : std::nullopt;
}

bool View::is_contiguous() const { return *this == View(sizes()); }

bool View::is_channels(std::size_t axis, const Shape& shape) const {
  Axis channels;
  append(channels, {.size = shape.channels, .stride = std::int64_t{shape.height} * shape.width});
  return axes_[axis] == channels;
}

bool View::is_image(const Shape& shape) const {
  View image(shape);
  const bool is_vector = shape.height == 1 && shape.width == 1;
  if (is_vector && axes_.size() == 1) {
    return axes_.front() == image.axes_.front();
  }
  return *this == image;
}

std::vector<std::size_t> View::places() const {
  std::vector<std::size_t> places{0};
  for (const Axis& axis : axes_) {
    for (const auto& [size, stride] : axis) {
      std::vector<std::size_t> longer;
      longer.reserve(places.size() * static_cast<std::size_t>(size));
      for (const std::size_t place : places) {
        for (std::int64_t i = 0; i < size; ++i) {
          longer.push_back(place + static_cast<std::size_t>(i * stride));
        }
      }
      places = std::move(longer);
    }
  }
  return places;
}

}  // namespace tinycnn::onnx

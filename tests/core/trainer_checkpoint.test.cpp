// SPDX-License-Identifier: MIT
// A checkpoint's arrays have the values of all tensors and none of the gaps between them.
#include "training/trainer_checkpoint.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "support/buffer.h"
#include "support/specs.h"
#include "training/flat_tensors.h"

namespace tinycnn::test {
namespace {

/// fc.weight has 6 values, fc.bias 3: each is followed by a gap up to a multiple of B.
ModelSpec spec() { return model({2, 1, 1}, {linear("fc", 3)}); }

}  // namespace

TEST_CASE("packing leaves out the gaps of each array, and unpacking puts the values back") {
  const Model model(spec(), 1);
  const std::size_t size = model.trainable_size();
  CHECK(size == 16);
  Buffer flat(2 * size);
  for (std::size_t i = 0; i < flat.size(); ++i) {
    flat[i] = static_cast<float>(i);
  }
  const std::vector<float> packed = pack_tensors(model, flat, size);
  CHECK(packed ==
        std::vector<float>{0, 1, 2, 3, 4, 5, 8, 9, 10, 16, 17, 18, 19, 20, 21, 24, 25, 26});
  Buffer restored(2 * size, -1.0F);
  unpack_tensors(model, packed, restored, size);
  CHECK(pack_tensors(model, restored, size) == packed);
  CHECK(restored[6] == -1.0F);
  CHECK(restored[31] == -1.0F);
}

TEST_CASE("tensors have the names, shapes and values of the model's parameters") {
  const Model model(spec(), 1);
  const std::vector<NamedTensor> tensors = to_tensors(model, model.parameters());
  CHECK(tensors.size() == 2);
  CHECK(tensors[0].name == "fc.weight");
  CHECK(tensors[0].shape == std::vector{3, 2});
  CHECK(std::ranges::equal(tensors[0].data, model.parameters().first(6)));
  CHECK(tensors[1].name == "fc.bias");
  CHECK(std::ranges::equal(tensors[1].data, model.parameters().subspan(8, 3)));
}

}  // namespace tinycnn::test

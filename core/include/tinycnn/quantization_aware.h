// SPDX-License-Identifier: MIT
// Quantization-aware training: a network that rounds in its forward pass as its 8-bit integers
// will, so that training makes up for the rounding.
#pragma once

#include <string>

#include "tinycnn/dataset.h"
#include "tinycnn/model_export.h"

namespace tinycnn {

/// The network that QuantizedModel(model, calibration) makes, in floating point: batch norm is
/// folded into convolutions, fakeQuantize layers round every activation to the integers that it
/// will be, and convolutions and linear layers round their weights (LayerSpec::input_scale). A
/// batch norm that cannot be folded becomes a depthwise convolution, and a sum of more than two
/// layers several. The other layers keep their names.
///
/// The ranges of activations are those of the calibration images and stay as they are: a
/// QuantizedModel of this network, trained or not, has the same scales, and gives the network's own
/// scores. They may differ by a unit where a number lies about halfway between two integers, and by
/// a few behind averages and concatenations, whose numbers often do.
///
/// Throws Error as QuantizedModel does, and for a model that rounds already.
TrainedModel quantization_aware(const TrainedModel& model, const Images& calibration);

/// { spec, parameters: [{ name, shape }] } of a network, in the form of the package's types.
std::string network_json(const TrainedModel& model);

}  // namespace tinycnn

// Writes the keys "wireguard" and "vxlan" of an interface.
#pragma once

#include "model/io/value.h"
#include "model/lab/tunnel.h"

namespace model::io {

Value wireguardValue(const lab::Wireguard& wireguard);
Value vxlanValue(const lab::Vxlan& vxlan);

} // namespace model::io

// SPDX-License-Identifier: 0BSD
module my-adapter

go 1.19
